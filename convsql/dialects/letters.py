"""Unicode's letters where DuckDB takes them otherwise than most."""

from __future__ import annotations

# What DuckDB trims where it is not told what: Unicode's spaces.
SPACES = "\u0020\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"

# Letters that Unicode makes several of in upper case, what DuckDB makes of each, and characters of nobody's in between.
_KEPT = "\u1fd3\u1fe3ŉǰΐΰևẖẗẘẙẚὐὒὔὖᾈᾉᾊᾋᾌᾍᾎᾏᾘᾙᾚᾛᾜᾝᾞᾟᾨᾩᾪᾫᾬᾭᾮᾯᾲᾴᾶᾷᾼῂῄῆῇῌῒῖῗῢῤῦῧῲῴῶῷῼﬀﬁﬂﬃﬄﬅﬆﬓﬔﬕﬖﬗ"
GROWING = "ßᾀᾁᾂᾃᾄᾅᾆᾇᾐᾑᾒᾓᾔᾕᾖᾗᾠᾡᾢᾣᾤᾥᾦᾧᾳῃῳ" + _KEPT
GROWN = "ẞᾈᾉᾊᾋᾌᾍᾎᾏᾘᾙᾚᾛᾜᾝᾞᾟᾨᾩᾪᾫᾬᾭᾮᾯᾼῌῼ" + _KEPT
STAND_INS = "".join(chr(0x10F000 + i) for i in range(len(GROWING)))
