using Culvert.IntegrationTests.Processes;

namespace Culvert.IntegrationTests.Chat;

/// <summary>The list of messages by itself, with whatever may come in whatever order.</summary>
[Collection(nameof(RoomBrowserCollection))]
public sealed class TimelineTests(BrowserFixture browser)
{
    /// <summary>
    /// Puts a timeline of its own into the page, lets random things happen to it, and compares what it shows with its
    /// model after each. Returns what was wrong.
    /// </summary>
    private const string Run = """
        async ([seed, steps]) => {
            const { assets } = JSON.parse(document.getElementById("state").textContent);
            const { Timeline } = await import(`${assets}scripts/timeline.js`);
            let state = seed;
            const random = (below) => {
                state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
                return (state >> 8) % below;
            };
            const pick = (list) => list[random(list.length)];
            const t = (key, values = {}) => `${key} ${Object.values(values).join(" ")}`;
            Object.assign(t, { n: t, find: t, date: String, time: String, full: String, day: String, language: "en" });
            const box = document.createElement("div");
            box.style.cssText = "height: 200px; overflow: auto; display: flex; flex-direction: column-reverse";
            const rows = document.createElement("div");
            rows.className = "rows";
            box.append(rows);
            document.body.append(box);
            const people = new Map();
            const timeline = new Timeline(box, {
                t, me: { name: "me" }, room: "lobby", roomHref: (room) => `/${room}`, knownHref: () => null,
                personOf: (name) => people.get(name) ?? { name, title: name, avatar: null, version: 0 },
                moved() {}, rendered() {},
            });
            timeline.start({ epoch: "e", events: [], notices: [], older: false, seq: 0, cursor: "e-0" }, []);
            const day = 86_400_000;
            let [offset, seq, at, keys] = [0, 0, Date.now() - 9 * day, 0];
            const line = (fields) => timeline.onLine({ offset: ++offset, at, room: "lobby", ...fields });
            const waiting = [];
            const acts = [
                () => line({ ev: "msg", seq: ++seq, from: pick(["me", "bob", "eve"]), data: { text: `m${seq}` } }),
                () => line({
                    ev: "msg", seq: ++seq, from: "bob", data: { text: "an answer", reply: 1 + random(seq) },
                }),
                () => (at += random(3) * 7 * 3_600_000),
                () => {
                    const entry = { key: `k${++keys}`, at: Date.now() - random(3) * day, state: "queued", why: null };
                    waiting.push({ ...entry, data: { text: entry.key } });
                    timeline.onOutbox(waiting.at(-1));
                },
                () => waiting.length
                    && timeline.onOutbox({ ...pick(waiting), state: pick(["sending", "failed"]), why: "x" }),
                () => {
                    const [entry] = waiting.splice(random(waiting.length || 1), 1);
                    if (entry && random(3) > 0) {
                        line({ ev: "msg", seq: ++seq, from: "me", data: entry.data, key: entry.key });
                    } else if (entry) {
                        timeline.onOutbox({ ...entry, state: "dropped" });
                    }
                },
                () => line({
                    ev: pick(["topic", "join", "leave", "kick"]), user: "bob", by: pick(["bob", "me"]), topic: "x",
                }),
                () => line({ ev: pick(["topic", "join"]), user: "eve", by: "eve", topic: "<b>" }),
                () => seq && line({ ev: "erase", seq: 1 + random(seq), by: "bob" }),
                () => seq && line({ ev: "edit", seq: 1 + random(seq), rev: 2 + random(9), data: { text: "edited" } }),
                () => seq && line({ ev: "react", seq: 1 + random(seq), emoji: "x", on: random(2) > 0, from: "bob" }),
                () => random(20) === 0 && line({ ev: "clear", by: "bob" }),
                () => (timeline.divider = random(seq + 2)),
                () => people.set("bob", { name: "bob", title: `B${random(9)}`, avatar: null, version: offset }),
                () => timeline.messages.trim(5 + random(40), pick(["oldest", "newest"])),
                () => pick([...rows.querySelectorAll("button, a, article")])?.focus(),
                () => rows.querySelector("details")?.toggleAttribute("open"),
                () => (timeline.scroll.isFollowing = random(4) > 0),
            ];
            const wrong = [];
            const note = (what) => wrong.push(`seed ${seed}: ${what}`);
            for (let step = 0; step < steps && wrong.length === 0; step++) {
                try {
                    for (let count = random(4); count >= 0; count--) {
                        pick(acts)();
                    }
                    timeline.render();
                } catch (error) {
                    note(`step ${step}: ${error.stack}`);
                }
                const shown = [...rows.querySelectorAll("article")].map((article) => article.dataset.key);
                const { pending, isAtPresent } = timeline.messages;
                const answered = new Set(timeline.messages.list.filter((m) => !m.erased).map((m) => m.data?.reply));
                const list = timeline.messages.list.filter((m) =>
                    !m.erased || answered.has(m.seq) || Date.now() - m.erasedAt <= 3_600_000);
                const there = [...list, ...(isAtPresent ? pending : [])].map((message) => message.id);
                if (shown.join() !== there.join()) {
                    note(`step ${step}: shows ${shown} in place of ${there}`);
                }
                const days = [...rows.querySelectorAll("h2.day time")].map((time) => time.dateTime);
                if (list.length > 0 && (days.length === 0 || days.join() !== days.toSorted().join())) {
                    note(`step ${step}: days ${days}`);
                }
            }
            box.remove();
            return wrong;
        }
        """;

    [Fact]
    public async Task T1_25_The_list_shows_its_messages_whatever_comes_in_whatever_order()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var alice = await rig.PersonAsync("alice");
        var page = await alice.EnterAsync("lobby");
        var first = Random.Shared.Next(1_000_000);
        Bounded.Print($"seeds from {first}");

        for (var seed = first; seed < first + (Programs.IsFullRun ? 400 : 10); seed++)
        {
            Assert.Empty(await page.EvaluateAsync<string[]>(Run, new[] { seed, 300 }));
        }
    }
}
