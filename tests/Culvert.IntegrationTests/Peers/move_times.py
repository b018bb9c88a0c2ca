"""Moves the messages of the first room with ten or more into the past: ten a day, every third day, the last 5 days ago.

A test cannot wait for days, and a stopped server's times may be changed as long as they do not decrease.
"""

import sqlite3
import sys
import time

DAY = 86_400_000

database = sqlite3.connect(sys.argv[1])
room, last = database.execute(
    "select id, last_seq from rooms where last_seq >= 10 order by id limit 1").fetchone()
local_noon = time.mktime(time.localtime()[:3] + (12, 0, 0, 0, 0, -1)) * 1000
days = (last - 1) // 10
for (seq,) in database.execute("select seq from messages where room_id = ?", (room,)).fetchall():
    at = int(local_noon - (5 + 3 * (days - (seq - 1) // 10)) * DAY + seq)
    database.execute("update messages set at = ? where room_id = ? and seq = ?", (at, room, seq))
    database.execute("update room_events set at = ? where room_id = ? and seq = ?", (at, room, seq))
first = int(local_noon - (5 + 3 * days) * DAY)
database.execute("update room_events set at = ? where room_id = ? and seq = 0", (first, room))
database.execute("update rooms set last_at = (select max(at) from messages where room_id = ?) where id = ?", (room, room))
database.commit()
database.close()
