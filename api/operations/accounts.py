"""The texts of the operations of accounts: signing in, keys, users."""

from api.operations.base import WALK, Operation

ACCOUNTS = {
    "auth_token": Operation(
        "Sign in",
        "Exchanges an e-mail address and a password for two tokens. The answer, and the time it takes, are the same "
        "whether the address or the password is wrong.",
        "The tokens",
    ),
    "auth_refresh": Operation(
        "Get the next tokens",
        "Exchanges a refresh token, which is good once, for the next two tokens. Two tabs of a browser may send the "
        "same within ten seconds; an older one ends the sign-in, since somebody must have copied it.",
        "The tokens",
    ),
    "auth_logout": Operation("Sign out", "Ends the sign-in of a refresh token, and all its tokens.", "Signed out"),
    "auth_me_show": Operation(
        "Get one's own account", "The account that the credential is of; with an API key also that key.", "The account"
    ),
    "auth_me_partial_update": Operation(
        "Change one's own account", "Changes the name; the role and the rest are an admin's.", "The account"
    ),
    "auth_password": Operation(
        "Change one's own password", "Ends all sign-ins of the account, this one too. API keys stay.", "Changed"
    ),
    "auth_password_reset": Operation(
        "Ask for a reset token",
        "Mails a token by which a new password can be set, once and within an hour, if the address is an account's. "
        "The answer is the same if it is not.",
        "Asked for",
    ),
    "auth_password_reset_confirm": Operation(
        "Set a new password by a token", "Takes the token that was mailed, and ends all sign-ins of the account.", "Set"
    ),
    "auth_keys_list": Operation(
        "List one's API keys", f"Those neither revoked nor expired, the newest first. {WALK}", "A page of keys"
    ),
    "auth_keys_create": Operation(
        "Make an API key",
        "For a program: it is sent as `Authorization: Bearer oct_…`, and may do what its scopes say within the role of "
        "the account. Shown in this answer only. An API key makes no keys.",
        "The key",
    ),
    "auth_keys_retrieve": Operation("Get an API key", "One of one's own keys, without the key itself.", "The key"),
    "auth_keys_destroy": Operation("Revoke an API key", "It is refused from now on, everywhere.", "Revoked"),
    "users_list": Operation("List accounts", f"The newest first. {WALK}", "A page of accounts"),
    "users_create": Operation(
        "Make an account",
        "Without `password` a mail goes out by which one is set; the account cannot sign in until then.",
        "The account",
    ),
    "users_retrieve": Operation("Get an account", "The account with this id.", "The account"),
    "users_partial_update": Operation(
        "Change an account",
        "Changes the name, the role, or whether it is active: a disabled account and its keys can do nothing, and its "
        "sign-ins have ended. The last active admin stays one.",
        "The account",
    ),
}  # fmt: skip
