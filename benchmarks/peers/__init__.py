"""The programs that Octavo is compared with, each written as its own users would write it well."""
