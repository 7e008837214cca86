"""The tree of categories of generated books: Gutenberg's own, the largest first."""

CATEGORIES: tuple[tuple[str, ...], ...] = (
    ("Novels",), ("British Literature",), ("Adventure",), ("American Literature",),
    ("Children & Young Adult Reading",), ("History", "Modern (1750+)"), ("Biographies",), ("Historical Novels",),
    ("Essays, Letters & Speeches",), ("History", "American"), ("Humour",), ("Poetry",), ("Short Stories",),
    ("Science-Fiction & Fantasy",), ("French Literature",), ("History", "European"), ("Religion/Spirituality",),
    ("Travel Writing",), ("History", "Other"), ("Mythology, Legends & Folklore",), ("Philosophy & Ethics",),
    ("History", "Warfare"), ("History", "British"), ("Plays/Films/Dramas",), ("Romance",), ("How To ...",),
    ("Crime, Thrillers and Mystery",), ("Nature/Gardening/Animals",), ("History", "Religious"),
    ("German Literature",), ("Art",), ("Classics of Literature",), ("Archaeology & Anthropology",),
    ("History", "Early Modern (c. 1450-1750)"), ("Journals",), ("Science", "Biology"), ("Politics",),
    ("History", "Ancient"), ("Teaching & Education",), ("Health & Medicine",),
    ("Encyclopedias/Dictionaries/Reference",), ("Science", "Earth/Agricultural/Farming"),
    ("Engineering & Technology",), ("History", "Royalty"), ("History", "Medieval/Middle Ages"), ("Sociology",),
    ("Journalism/Media/Writing",), ("Architecture",), ("Law & Criminology",), ("Sports/Hobbies",),
    ("Language & Communication",), ("Gender & Sexuality Studies",), ("Psychiatry/Psychology",), ("Music",),
    ("Science", "Physics"), ("Parenthood & Family Relations",), ("Environmental Issues",), ("Russian Literature",),
    ("Cooking & Drinking",), ("Reports & Conference Proceedings",), ("Economics",),
    ("Science", "Chemistry/Biochemistry"), ("History", "Schools & Universities"), ("Business/Management",),
    ("Nutrition",), ("Drugs/Alcohol/Pharmacology",), ("Literature", "Other"), ("Sexuality & Erotica",),
    ("Mathematics",), ("Fashion",), ("Research Methods/Statistics/Information Sys",), ("Old Age & the Elderly",),
)  # fmt: skip
