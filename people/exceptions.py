"""Why something about an account is refused: one exception a reason."""


class AppendOnly(Exception):
    """The audit log is written by adding entries; nobody changes or deletes one."""


class LinkSpent(Exception):
    """A link from a mail that has been used, is too old, or is not ours."""


class AddressRefused(Exception):
    """An e-mail address that an account may not have; the text says why, for whoever looks after accounts."""


class NotInvitable(Exception):
    """An account that needs no invitation: its person has a password, or may not sign in."""


class NewOwnerNeeded(Exception):
    """Somebody owns content and nobody was named who takes it over."""


class NewOwnerRefused(Exception):
    """Somebody who may not own content was named to take it over."""


class ErasureRefused(Exception):
    """An account that may not be erased as it is; the text says what has to come first."""
