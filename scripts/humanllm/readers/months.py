# ruff: noqa: RUF001 - letters of many alphabets
"""Names of months in the languages of the blogs' dates: `31,May,2004`, `02,juillet,2004`."""

from __future__ import annotations

import functools
import re
import unicodedata
from datetime import UTC, datetime

# One line a month: English, French, German, Dutch, Spanish, Portuguese, Italian, Catalan, Romanian, Danish, Norwegian,
# Swedish, Finnish, Estonian, Latvian, Lithuanian, Polish, Czech, Slovak, Slovenian, Croatian, Hungarian, Turkish,
# Indonesian, Malay, Tagalog, Icelandic, Welsh, Albanian, Vietnamese, Russian, Ukrainian, Bulgarian, Serbian, Greek.
NAMES = """
january jan janvier januar januari enero janeiro gennaio gener ianuarie tammikuu jaanuar janvaris sausis styczeń
    stycznia leden január siječanj ocak janúar ionawr janar январь января январ січень януари јануар ιανουάριος
    ιανουαρίου
february feb février februar februari febrero fevereiro febbraio febrer februarie helmikuu veebruar februāris
    vasaris luty lutego únor február veljača şubat pebruari pebrero febrúar chwefror shkurt февраль февраля лютий
    февруари фебруар φεβρουάριος φεβρουαρίου
march mar mars märz maart marzo março març martie marts maaliskuu märts kovas marzec marca březen marec ožujak
    március mart maret mac marso mawrth март марта березень μάρτιος μαρτίου
april apr avril abril aprile aprilie huhtikuu aprill aprīlis balandis kwiecień kwietnia duben apríl travanj április
    nisan ebrill prill апрель апреля април квітень απρίλιος απριλίου
may mai mei mayo maio maggio maig maj toukokuu maijs gegužė květen máj svibanj május mayıs mayis maí май мая травень
    мај μάιος μαΐου
june jun juin juni junio junho giugno juny iunie kesäkuu juuni jūnijs birželis czerwiec czerwca červen jún junij
    lipanj június haziran hunyo júní mehefin qershor июнь июня червень юни јун јуни ιούνιος ιουνίου
july jul juillet juli julio julho luglio juliol iulie heinäkuu juuli jūlijs liepa lipiec lipca červenec júl julij
    srpanj július temmuz julai hulyo júlí gorffennaf korrik июль июля липень юли јул јули ιούλιος ιουλίου
august aug août augustus agosto agost augusti elokuu augusts rugpjūtis sierpień sierpnia srpen avgust kolovoz
    augusztus ağustos agustus ogos ágúst awst gusht август августа серпень αύγουστος αυγούστου
september sep sept septembre septiembre setembro settembre setembre septembrie syyskuu septembris rugsėjis wrzesień
    września září rujan szeptember eylül setyembre medi shtator сентябрь сентября вересень септември септембар
    σεπτέμβριος σεπτεμβρίου
october oct octobre oktober octubre outubro ottobre octombrie lokakuu oktoober oktobris spalis październik
    października říjen október ekim oktubre hydref tetor октябрь октября жовтень октомври октобар οκτώβριος
    οκτωβρίου
november nov novembre noviembre novembro noiembrie marraskuu novembris lapkritis listopad listopada studeni kasım
    kasim nobyembre nóvember tachwedd nëntor ноябрь ноября листопад ноември новембар νοέμβριος νοεμβρίου
december dec décembre dezember diciembre dezembro dicembre desembre decembrie joulukuu detsember decembris gruodis
    grudzień grudnia prosinec prosinac aralık aralik desember disember disyembre rhagfyr dhjetor декабрь декабря
    грудень декември децембар δεκέμβριος δεκεμβρίου
"""
NUMBERED = re.compile(r"(?:thang |tháng )?(\d{1,2})\D?")  # 6月, 6월, tháng 6
HAN = {f"{name}月": number for number, name in enumerate([*"一二三四五六七八九十", "十一", "十二"], 1)}


def _plain(name: str) -> str:
    """Lower case without accents; the dotless and the slashed letters of Turkish and Polish are left as they are."""
    spread = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in spread if not unicodedata.combining(letter)).strip(" .")


@functools.cache
def _table() -> dict[str, int]:
    months = re.sub(r"\n\s+", " ", NAMES.strip()).split("\n")
    return {_plain(name): number for number, names in enumerate(months, 1) for name in names.split()}


@functools.cache
def month_of(name: str) -> int | None:
    """1 to 12; None for a name that no language here has."""
    if found := _table().get(_plain(name)):
        return found
    if name in HAN:
        return HAN[name]
    numbered = NUMBERED.fullmatch(name.strip())
    return int(numbered[1]) if numbered and 1 <= int(numbered[1]) <= 12 else None


@functools.lru_cache(maxsize=100_000)
def seconds(date: str | None) -> int | None:
    """Midnight UTC of `31,May,2004`; None if it names no day."""
    day, month, year = [*(date or "").split(","), "", ""][:3]
    number = month_of(month.strip())
    try:
        return int(datetime(int(year), number, int(day), tzinfo=UTC).timestamp()) if number else None
    except (ValueError, OverflowError):
        return None
