using System.Buffers;
using System.Text.Json;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Resuming;
using Culvert.IntegrationTests.Servers;
using Culvert.IntegrationTests.Wire;

namespace Culvert.IntegrationTests;

public sealed class ResumeTests
{
    private const int Events = 500;
    private const int Cuts = 300;

    [Fact]
    public async Task A_stream_cut_after_any_byte_goes_on_with_exactly_what_was_missing()
    {
        var seed = Environment.TickCount;
        await using var server = await CulvertProcess.StartAsync();
        await LogBuilder.FillAsync(server.Owner, "lobby", Events, seed);
        var log = await server.Owner.ReadLogAsync("lobby");
        Assert.Equal(Enumerable.Range(1, log.Count).Select(i => (long?)i), log.Select(EventLine.OffsetOf));
        var epoch = await EpochAsync(server.Owner);
        IStreamFace[] faces =
        [
            new NdjsonFace(server.Token, epoch), new EventStreamFace(server.Token), new SocketFace(server.Token, epoch),
        ];

        foreach (var face in faces)
        {
            var whole = await ReadAsync(server.Address, face, "start");
            Assert.Equal(log, face.Read(whole).Events);
            var cursors = await ResumeAfterEachByteAsync(server.Address, face, whole, log);
            await CutAsync(server.Address, face, whole.Length, log, new Random(seed));
            Bounded.Print(
                $"{face.Name}: {log.Count} events; {whole.Length} cut positions with {cursors} cursors resumed;" +
                $" {Cuts} connections cut at random bytes resumed; seed {seed}");
        }
    }

    [Fact]
    public async Task Pages_and_long_polls_walk_the_log_by_cursor_without_a_hole()
    {
        await using var server = await CulvertProcess.StartAsync();
        await LogBuilder.FillAsync(server.Owner, "lobby", 120, seed: 7);
        var log = await server.Owner.ReadLogAsync("lobby");
        List<string> walked = [];
        var cursor = "start";

        for (var more = true; more;)
        {
            var page = await PageAsync(server.Owner, $"?since={cursor}&limit=7");
            walked.AddRange(page.GetProperty("events").EnumerateArray().Select(e => e.GetRawText()));
            cursor = page.GetProperty("cursor").GetString()!;
            more = page.GetProperty("more").GetBoolean();
        }

        Assert.Equal(log, walked);
        var waiting = PageAsync(server.Owner, $"?since={cursor}&wait=30");
        await server.Owner.PublishTextsAsync("lobby", ["news"]);
        var news = (await waiting.Within(20)).GetProperty("events");
        Assert.Equal("news", news[0].GetProperty("data").GetProperty("text").GetString());
        Assert.Equal(1, news.GetArrayLength());
    }

    [Theory]
    [InlineData(Api.Ndjson)]
    [InlineData(Api.EventStream)]
    public async Task A_stream_of_several_rooms_goes_on_in_each_of_them_by_one_token(string accept)
    {
        await using var server = await CulvertProcess.StartAsync();
        string[] rooms = ["red", "green", "blue"];
        foreach (var room in rooms)
        {
            await server.Owner.MustAsync(HttpMethod.Post, "/v1/rooms", $$"""{"name":"{{room}}"}""");
            await server.Owner.PublishTextsAsync(room, Enumerable.Range(0, 30).Select(i => $"{room} {i}"));
        }

        const string path = "/v1/events?room=red&room=green&room=blue";
        var first = await ReadRoomsAsync(server.Owner, path + "&since=start", accept);
        foreach (var room in rooms.Take(2))
        {
            await server.Owner.PublishTextsAsync(room, [$"{room} later"]);
        }

        // Cut in the middle and after the last line: both times the rest is all there is.
        foreach (var cut in (int[])[first.Count / 2, first.Count])
        {
            // What came after the last token comes again, because the reader cannot know that it had it.
            var last = first.FindLastIndex(cut - 1, l => l.Token is not null);
            var known = first.Take(last + 1);
            var since = last < 0 ? "start" : first[last].Token;
            var rest = await ReadRoomsAsync(server.Owner, $"{path}&since={since}", accept);
            var texts = known.Concat(rest)
                .Select(l => l.Line)
                .Where(l => EventLine.Is(l, "msg"))
                .Select(EventLine.TextOf)
                .ToList();
            foreach (var room in rooms)
            {
                var expected = Enumerable.Range(0, 30).Select(i => $"{room} {i}");
                Assert.Equal(
                    room == "blue" ? expected : expected.Append($"{room} later"),
                    texts.Where(t => t.StartsWith(room, StringComparison.Ordinal)));
            }
        }
    }

    /// <summary>Lines up to <c>ready</c>, each with the token that came with it, if any.</summary>
    private static async Task<List<(string Line, string? Token)>> ReadRoomsAsync(Api owner, string path, string accept)
    {
        await using var stream = await owner.FollowAsync(path, accept);
        List<(string Line, string? Token)> lines = [];
        string? id = null;
        while (lines.Count == 0 || !EventLine.Is(lines[^1].Line, "ready"))
        {
            var line = await stream.FirstAsync(_ => true);
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                id = line[4..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                lines.Add((line[6..], id));
                id = null;
            }
            else if (accept == Api.Ndjson)
            {
                var hasToken = EventLine.Parse(line).TryGetProperty("cursor", out var cursor);
                lines.Add((line, hasToken ? cursor.GetString() : null));
            }
        }

        return lines;
    }

    /// <summary>
    /// Every byte position is a cut that some client has. Those with the same cursor come back with the same request,
    /// so each cursor is tried once, on a real connection.
    /// </summary>
    private static async Task<int> ResumeAfterEachByteAsync(
        Uri address, IStreamFace face, byte[] whole, List<string> log)
    {
        var tried = new HashSet<string>();
        var lastCount = -1;
        for (var cut = 0; cut <= whole.Length; cut++)
        {
            // Parsing every prefix would be quadratic; what a client knows changes only at the end of a line or frame.
            var mayChange = cut == 0 || cut == whole.Length || whole[cut - 1] is (byte)'\n' or (byte)'}';
            if (!mayChange)
            {
                continue;
            }

            var prefix = face.Read(whole.AsSpan(0, cut));
            Assert.True(prefix.Events.Count >= lastCount);
            lastCount = prefix.Events.Count;
            if (!tried.Add(prefix.Cursor ?? "start"))
            {
                continue;
            }

            var rest = face.Read(await ReadAsync(address, face, prefix.Cursor ?? "start"));
            Assert.Equal(log, [.. prefix.Events, .. rest.Events]);
        }

        Assert.Equal(log.Count + 1, tried.Count);
        return tried.Count;
    }

    /// <summary>Real cuts: a reset and an orderly end in turn, and then a new connection.</summary>
    private static async Task CutAsync(Uri address, IStreamFace face, int length, List<string> log, Random random)
    {
        for (var i = 0; i < Cuts; i++)
        {
            var cut = random.Next(length);
            byte[] raw;
            using (var connection = await OpenAsync(address, face, "start"))
            {
                raw = await ReceiveAsync(connection, face, cut);
                if (i % 2 == 0)
                {
                    connection.Reset();
                }
            }

            var prefix = face.Read(raw);
            var rest = face.Read(await ReadAsync(address, face, prefix.Cursor ?? "start"));
            Assert.True(
                log.SequenceEqual(prefix.Events.Concat(rest.Events)),
                $"{face.Name} cut after {cut} bytes: {prefix.Events.Count} + {rest.Events.Count} of {log.Count}");
        }
    }

    /// <summary>Reads so many bytes, or up to <c>ready</c>: chunks are not always cut alike.</summary>
    private static async Task<byte[]> ReceiveAsync(RawConnection connection, IStreamFace face, int count)
    {
        var raw = new byte[count];
        for (var read = 0; read < count;)
        {
            read += await connection.ReceiveAsync(raw.AsMemory(read));
            if (raw[read - 1] is (byte)'\n' or (byte)'}' && face.Read(raw.AsSpan(0, read)).IsReady)
            {
                return raw[..read];
            }
        }

        return raw;
    }

    private static async Task<RawConnection> OpenAsync(Uri address, IStreamFace face, string cursor)
    {
        var connection = await RawConnection.OpenAsync(address);
        foreach (var request in face.Requests(cursor))
        {
            await connection.SendAsync(request);
        }

        return connection;
    }

    /// <summary>Reads until the server says that the reader is live, and returns every byte.</summary>
    private static async Task<byte[]> ReadAsync(Uri address, IStreamFace face, string cursor)
    {
        using var connection = await OpenAsync(address, face, cursor);
        var raw = new ArrayBufferWriter<byte>();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var count = await connection.ReceiveAsync(buffer);
            Assert.True(count > 0, "the end before ready");
            raw.Write(buffer.AsSpan(0, count));
            if (buffer[count - 1] is (byte)'\n' or (byte)'}' && face.Read(raw.WrittenSpan).IsReady)
            {
                return raw.WrittenSpan.ToArray();
            }
        }
    }

    private static async Task<string> EpochAsync(Api owner) =>
        (await PageAsync(owner, "")).GetProperty("epoch").GetString()!;

    private static async Task<JsonElement> PageAsync(Api owner, string query)
    {
        var (status, body) = await owner.CallAsync(
            HttpMethod.Get, "/v1/rooms/lobby/events" + query, null, ("Accept", "application/json"));
        Assert.True((int)status == 200, $"{(int)status} {body}");
        return body;
    }
}
