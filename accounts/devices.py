"""What a User-Agent says to a person: “Firefox, Windows” instead of a hundred characters."""

# The first mark found wins: Edge and Opera also claim to be Chrome, Chrome to be Safari.
BROWSERS = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("YaBrowser", "Yandex Browser"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
]
SYSTEMS = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
]


def readable(user_agent: str) -> str:
    """Return browser and system, else the name of the program, else nothing."""
    if not user_agent.startswith("Mozilla/"):
        return user_agent.split("/")[0].split(" ")[0][:40]
    parts = [first(BROWSERS, user_agent), first(SYSTEMS, user_agent)]
    return ", ".join(part for part in parts if part)


def first(marks: list[tuple[str, str]], text: str) -> str:
    return next((name for mark, name in marks if mark in text), "")
