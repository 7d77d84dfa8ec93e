"""The French of usage."""

from typing import Final

from chappe.console.states import FRENCH as STATES

FRENCH: Final = {
    **STATES,
    "A chart of the table below: messages, and what was paid": (
        "Un graphique du tableau ci-dessous : les messages, et ce qui a été payé"
    ),
    "API": "API",
    "Account": "Compte",
    "Channel": "Canal",
    "Counted by": "Compté par",
    "Country": "Pays",
    "Day": "Jour",
    "Download as CSV": "Télécharger en CSV",
    "First day": "Premier jour",
    "Last day": "Dernier jour",
    "Last month": "Le mois dernier",
    "Link": "Lien",
    "Messages": "Messages",
    "Month": "Mois",
    "Only this account": "Ce compte seulement",
    "Outcome": "Résultat",
    "Paid": "Payé",
    "Parts": "SMS",
    "Show": "Afficher",
    "Stretches of time": "Périodes",
    "That is more than twenty years.": "C’est plus de vingt ans.",
    "The first day is after the last one.": "Le premier jour est après le dernier.",
    "The last seven days": "Les sept derniers jours",
    "There is no such account.": "Ce compte n’existe pas.",
    "This month": "Ce mois-ci",
    "This year": "Cette année",
    "Today": "Aujourd’hui",
    "Usage": "Consommation",
    "What was sent and paid for": "Ce qui a été envoyé et payé",
    "Write a day such as 2026-11-30.": "Écrivez un jour comme 2026-11-30.",
    "international": "international",
    "marketing": "marketing",
    "notification": "notification",
    "voice": "vocal",
    "waiting": "en attente",
    "{count} more rows are not shown; the CSV has all of them.": (
        "{count} lignes de plus ne sont pas montrées ; le CSV les contient toutes."
    ),
}
