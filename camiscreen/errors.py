"""The errors that a user can cause, and nothing else.

Every message says where, what and what to do. The command line prints them and exits 2; an error
of any other type is a bug.
"""


class CamiscreenError(Exception):
    """The user must act. ``str(error)`` is complete: where, what, remedy."""


class ProjectFileError(CamiscreenError):
    """The project file cannot be screened as it is."""


class DataFileError(CamiscreenError):
    """A rule, manifest or configuration file is wrong.

    ``problems`` holds one ``file:line:column: what`` per mistake; all of them are reported at once.
    """

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class LayerError(CamiscreenError):
    """A reference layer is missing, damaged or does not match its manifest."""


class OutputError(CamiscreenError):
    """A file could not be written where the user asked for it."""


class StyleError(CamiscreenError):
    """A house style, one of its partials or a Word template cannot be used as it is."""
