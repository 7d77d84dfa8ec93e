"""The errors of iSendPro in the order in which they win, and which of ours becomes which.

In: nothing. Out: data. Promise: ERRORS has a row for every error that can arise here.
"""

from collections.abc import Mapping
from enum import StrEnum, auto
from typing import Final, NamedTuple

from chappe.words.answer import Trouble


class Error(StrEnum):
    """What can be wrong, in the order in which it wins."""

    no_key = auto()
    stranger = auto()
    address = auto()
    fault = auto()
    overflow = auto()
    no_look_ups = auto()
    no_text = auto()
    no_number = auto()
    too_many = auto()
    bad_length = auto()
    no_sender = auto()
    short_sender = auto()
    strange_sender = auto()
    digits_sender = auto()
    sender = auto()
    stop_stays = auto()
    bad_date = auto()
    hours = auto()
    no_name = auto()
    no_directory = auto()
    busy_directory = auto()
    mixed = auto()
    unicode_at_home = auto()
    # of one number
    no_own_text = auto()
    bad_number = auto()
    closed_country = auto()
    no_mobile = auto()
    no_route = auto()
    listed = auto()
    # of a text
    too_long = auto()
    too_long_with_stop = auto()
    too_long_in_unicode = auto()
    past_six = auto()
    past_six_in_unicode = auto()
    past_wish = auto()
    dear_0899 = auto()
    dear_0892 = auto()
    # of the purse
    credit = auto()
    look_up_credit = auto()
    # of a report
    no_begin = auto()
    no_end = auto()
    bad_begin = auto()
    bad_end = auto()
    past_lines = auto()


class Coded(NamedTuple):
    """A code and its sentence, as XML has it; figures come in its brackets."""

    code: int
    sentence: str


_EXAMPLE_0899: Final = "Ex : Pour plus de renseignements appelez le 0899 XX XX XX"
_EXAMPLE_0892: Final = "Ex : Pour plus de renseignements appelez le 0892 XX XX XX"

ERRORS: Mapping[str, Coded] = {
    Error.no_key: Coded(1, "Le champ Login est vide"),
    Error.stranger: Coded(3, "Vos identifiants sont incorrectes"),
    Error.address: Coded(14, "L'adresse IP n'est pas autorisée"),
    Error.fault: Coded(999, "Une erreur est survenue. Merci de contacter le service technique"),
    Error.overflow: Coded(29, "Nous ne pouvons donner suite à votre demande (overflow)"),
    Error.no_look_ups: Coded(41, "Vous n'êtes pas autorisé aux requêtes HLR !"),
    Error.no_text: Coded(4, "Vous devez saisir un message"),
    Error.no_number: Coded(6, "Vous devez saisir un numéro de téléphone"),
    Error.too_many: Coded(23, "Le nombre maximum de téléphones par requête est de 500"),
    Error.bad_length: Coded(34, "La valeur de smslong doit être un entier !"),
    Error.no_sender: Coded(16, "L'émetteur ne peut pas être vide"),
    Error.short_sender: Coded(
        17, "L'émetteur doit être sur plus de 3 caractères et 11 caractères maximum"
    ),
    Error.strange_sender: Coded(42, "L'émetteur ne peut pas comporter de caractères spéciaux !"),
    Error.digits_sender: Coded(18, "L'émetteur ne peut pas comporter que des chiffres"),
    Error.sender: Coded(33, "Cet émetteur n'est pas autorisé !"),
    Error.stop_stays: Coded(36, "Vous n'êtes pas autorisé à retirer le STOP SMS !"),
    Error.bad_date: Coded(43, "La date d'envoi n'est pas au bon format (AAAA-MM-JJ HH:MM)!"),
    Error.hours: Coded(
        24, "Pas d'envoi commercial entre 20h et 08h, ni les dimanches et jours fériés"
    ),
    Error.no_name: Coded(101, "Vous devez saisir un nom de répertoire!"),
    Error.no_directory: Coded(
        102, "Votre identifiant de répertoire ne correspond à aucune donnée!"
    ),
    Error.busy_directory: Coded(
        104, "Ce répertoire ne peut pas être modifié car une campagne est programmée dessus!"
    ),
    Error.mixed: Coded(
        37, "Les numéros de téléphone ne sont pas tous à destination du même pays !"
    ),
    Error.unicode_at_home: Coded(
        40,
        "Le format de message ucs2 n'est pas autorisé pour les numéros en France métropolitaine !",
    ),
    Error.no_own_text: Coded(4, "Vous devez saisir un message"),
    Error.bad_number: Coded(7, "Un numéro de téléphone est sur 10 chiffres"),
    Error.closed_country: Coded(27, "L'indicatif pays du téléphone n'est pas autorisé !"),
    Error.no_mobile: Coded(21, "Le numéro de téléphone n'est pas attribué"),
    Error.no_route: Coded(22, "Le téléphone est attribué à un Full MVNO"),
    Error.listed: Coded(11, "Le numéro de téléphone est dans la liste noire"),
    Error.too_long: Coded(5, "Le message ne doit pas dépasser 160 caractères"),
    Error.too_long_with_stop: Coded(
        19, "Si un émetteur est indiqué, le message ne peut pas dépasser 148 caractères"
    ),
    Error.too_long_in_unicode: Coded(38, "Le message ne doit pas dépasser {} caractères !"),
    Error.past_six: Coded(31, "Le message ne doit pas dépasser {} caractères !"),
    Error.past_six_in_unicode: Coded(39, "Le message ne doit pas dépasser {} caractères !"),
    Error.past_wish: Coded(
        32, "Le message est sur {} SMS ({} caractères) alors que la demande est sur {} SMS"
    ),
    Error.dear_0899: Coded(
        25,
        f"Il est obligatoire d'indiquer le cout vers les numéros en 0899. {_EXAMPLE_0899} "
        "(1.35&#8364; / apl + 0.34&#8364; / min)",
    ),
    Error.dear_0892: Coded(
        26,
        f"Il est obligatoire d'indiquer le cout vers les numéros en 0892. {_EXAMPLE_0892} "
        "(0.34&#8364; / min)",
    ),
    Error.credit: Coded(12, "Votre crédit de MT est épuisé"),
    Error.look_up_credit: Coded(35, "Votre crédit de HLR est épuisé !"),
    Error.no_begin: Coded(201, "Vous devez saisir une date de début de sélection!"),
    Error.no_end: Coded(202, "Vous devez saisir une date de fin de sélection!"),
    Error.bad_begin: Coded(
        203, "La date de début de sélection n'est pas au bon format (AAAA-MM-JJ HH:MM)!"
    ),
    Error.bad_end: Coded(
        204, "La date de fin de sélection n'est pas au bon format (AAAA-MM-JJ HH:MM)!"
    ),
    Error.past_lines: Coded(205, "La sélection dépasse 200 000 données! Merci de la réduire!"),
}
# What is wrong with a number alone; where a request has several, the others leave.
OF_ONE: Final = frozenset(
    {
        Error.no_own_text,
        Error.bad_number,
        Error.closed_country,
        Error.no_mobile,
        Error.no_route,
        Error.listed,
    }
)
# Of these the answer to a request with one number names it.
NAMED: Final = OF_ONE - {Error.no_own_text}
# What is looked at once no number is wrong any more: a request with none but wrong ones tells what
# is wrong with each.
LATE: Final = frozenset(
    {
        Error.too_long,
        Error.too_long_with_stop,
        Error.too_long_in_unicode,
        Error.past_six,
        Error.past_six_in_unicode,
        Error.past_wish,
        Error.dear_0899,
        Error.dear_0892,
        Error.credit,
    }
)
DEAR_ERRORS: Mapping[str, Error] = {"0899": Error.dear_0899, "0892": Error.dear_0892}

REFUSALS: Mapping[Trouble, str] = {
    Trouble.bad_credentials: Error.stranger,
    Trouble.account_closed: Error.stranger,
    Trouble.account_suspended: Error.stranger,
    Trouble.account_pending: Error.stranger,
    Trouble.bad_address: Error.address,
    Trouble.not_now: Error.fault,
    Trouble.fault: Error.fault,
    Trouble.draining: Error.overflow,
    Trouble.too_often: Error.overflow,
    Trouble.queue_full: Error.overflow,
    Trouble.wrong_method: Error.fault,
    Trouble.bad_url: Error.fault,
    Trouble.no_file: Error.fault,
    Trouble.too_many: Error.fault,
    Trouble.no_stop: Error.fault,
    Trouble.too_long: Error.fault,
    Trouble.duplicate: Error.fault,
    Trouble.name_taken: Error.fault,
    Trouble.outside_hours: Error.hours,
    Trouble.not_found: Error.no_directory,
    Trouble.sender_not_allowed: Error.sender,
    Trouble.in_use: Error.busy_directory,
    Trouble.no_recipient: Error.no_number,
    Trouble.scattered: Error.mixed,
    Trouble.at_home: Error.unicode_at_home,
    Trouble.bad_number: Error.no_mobile,
    Trouble.not_served: Error.closed_country,
    Trouble.no_quality: Error.closed_country,
    Trouble.no_route: Error.no_route,
    Trouble.no_speech: Error.no_route,
    Trouble.opted_out: Error.listed,
    Trouble.no_credit: Error.credit,
    Trouble.no_look_ups: Error.look_up_credit,
}

# What a call that went well is answered with.
SENT: Final = Coded(0, "Votre message a bien été envoyé")
CREATED: Final = Coded(100, "Votre repertoire a ete cree!")
ADDED: Final = Coded(103, "Votre donnee a ete ajoutee dans le repertoire!")
KNOWN: Final = Coded(105, "La donnée est déjà présente dans le répertoire!")
REMOVED: Final = Coded(106, "Votre donnee a ete supprimee du repertoire!")
NOT_KNOWN: Final = Coded(107, "La donnée n'est pas présente dans le répertoire!")
