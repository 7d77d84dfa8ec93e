"""SMTP: a file for each thing that a mail meets on its way. Nothing is ever sent on."""
