using System.Text;
using System.Text.Json;
using Culvert.Protocol.Rooms;
using Culvert.Tests.Tidy;

namespace Culvert.Tests.RoomProtocol;

public sealed class CatalogueTests
{
    [Fact]
    public void Every_error_is_unique_and_speaks_in_sentences()
    {
        Assert.Equal(ErrorCode.All.Count, ErrorCode.All.Select(entry => entry.Code).Distinct().Count());
        Assert.All(ErrorCode.All, entry =>
        {
            Assert.Matches("^[a-z_]+$", entry.Code);
            Assert.InRange(entry.Status, 400, 599);
            Assert.Matches("^[A-Z].*\\.$", entry.Why);
            Assert.Same(entry, ErrorCode.Find(entry.Code));
        });
        Assert.Null(ErrorCode.Find("later"));
    }

    [Fact]
    public void Every_end_is_unique_and_may_stand_in_a_close_frame()
    {
        Assert.Equal(StreamCloseCode.All.Count, StreamCloseCode.All.Select(entry => entry.Code).Distinct().Count());
        Assert.All(StreamCloseCode.All, entry =>
        {
            Assert.InRange(entry.Code, 4100, 4199);
            Assert.True(entry.WebSocketCode == entry.Code || entry.WebSocketCode is 1000 or 1012 or 1013);
            Assert.Same(entry, StreamCloseCode.Find(entry.Code));
        });
        Assert.Null(StreamCloseCode.Find(4199));
    }

    [Fact]
    public void The_protocol_document_lists_both_catalogues_and_all_events_exactly()
    {
        var rows = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "protocol.md"));

        Assert.All(ErrorCode.All, entry => Assert.Contains(
            $"| `{entry.Code}` | {entry.Status} | {(entry.Retry ? "yes" : "no")} | {entry.Why} |", rows));
        Assert.Equal(ErrorCode.All.Count, Rows("## Errors", rows));
        Assert.All(StreamCloseCode.All, entry => Assert.Contains(rows, row => row.StartsWith(
            $"| {entry.Code} | `{entry.Why}` | {(entry.Retry ? "yes" : "no")} | {entry.WebSocketCode} | ",
            StringComparison.Ordinal)));
        Assert.Equal(StreamCloseCode.All.Count, Rows("## Ends", rows));
        Assert.All(Enum.GetValues<EventKind>(), kind =>
        {
            var start = $"| `{Encoding.UTF8.GetString(EventNames.Of(kind))}` | ";
            Assert.Contains(rows, row => row.StartsWith(start, StringComparison.Ordinal));
        });
    }

    [Fact]
    public void Bodies_use_the_documented_member_names()
    {
        var problem = new Problem
        {
            Title = "t",
            Status = 429,
            Code = "rate_limited",
            Retry = true,
            AfterMs = 5,
            Detail = "d",
        };
        Assert.Equal(
            """{"type":"about:blank","title":"t","status":429,"detail":"d",""" +
            """
            "code":"rate_limited","retry":true,"after_ms":5}
            """,
            JsonSerializer.Serialize(problem, RoomJson.Default.Problem));
        Assert.Equal(
            """{"offset":1,"seq":2,"dup":false,"durable":"disk"}""",
            JsonSerializer.Serialize(
                new PublishReply { Offset = 1, Seq = 2, Dup = false, Durable = "disk" },
                RoomJson.Default.PublishReply));
        Assert.Equal(
            """{"user":"bob","until":9}""",
            JsonSerializer.Serialize(
                new ModerationBody { User = "bob", Until = 9 }, RoomJson.Default.ModerationBody));
        var patch = JsonSerializer.Deserialize(
            """{"topic":"x","retainMs":5,"unknown":[]}""", RoomJson.Default.RoomPatch);
        Assert.Equal(new RoomPatch { Topic = "x", RetainMs = 5 }, patch);
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("{}", RoomJson.Default.ReadBody));
    }

    private static int Rows(string title, string[] lines) => lines
        .SkipWhile(line => line != title)
        .Skip(1)
        .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
        .Count(line => line.StartsWith("| `", StringComparison.Ordinal)
            || line.StartsWith("| 4", StringComparison.Ordinal));
}
