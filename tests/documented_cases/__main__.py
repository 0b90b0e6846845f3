"""Write docs/validation.md anew."""

from tests.documented_cases.screened import PAGE, page

PAGE.write_text(page(), encoding="utf-8", newline="\n")
