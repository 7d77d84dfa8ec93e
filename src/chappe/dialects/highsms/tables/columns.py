"""Header lines of the CSV answers, as the document has them. In: nothing. Out: data."""

from typing import Final

SMS_COLUMNS: Final = ("Vers", "Statut", "Status description", "Opérateur", "MVNO", "Date")
ANSWER_COLUMNS: Final = ("Date et heure", "From", "To", "Stop", "Message")
CLICK_COLUMNS: Final = (
    "Date et heure",
    "From",
    "Message",
    "Tiny_url",
    "Target_url",
    "Date du dernier clic",
    "Nombre de clics",
    "Userdata",
)
