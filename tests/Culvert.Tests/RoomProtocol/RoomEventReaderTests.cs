using System.Buffers;
using System.Text;
using Culvert.Protocol.Rooms;

namespace Culvert.Tests.RoomProtocol;

public sealed class RoomEventReaderTests(ITestOutputHelper log)
{
    [Fact]
    public void What_the_server_writes_the_client_reads()
    {
        var output = new ArrayBufferWriter<byte>();
        EventWriter.Write(output, new RoomEventView
        {
            Kind = EventKind.Message,
            Room = "löbby"u8,
            Offset = 1042,
            Seq = 980,
            Rev = 3,
            At = 1790000000123,
            Actor = "al\"ice"u8,
            Key = "c-91"u8,
            Data = "{\"text\":\"hi\"}"u8,
        });

        Assert.True(RoomEventReader.TryRead(output.WrittenSpan, out var read));
        Assert.Equal(("msg", "löbby", 1042L, 980L, 3), (read.Ev, read.Room, read.Offset, read.Seq, read.Rev));
        Assert.Equal((1790000000123, "al\"ice", null, "c-91"), (read.At, read.From, read.By, read.Key));
        Assert.Equal("{\"text\":\"hi\"}", Encoding.UTF8.GetString(read.Data.Span));
        Assert.Equal(output.WrittenSpan, read.Line.Span);
    }

    [Theory]
    [InlineData("""{"n":{"text":"no"},"text":"h\u00e9"}""", "hé")]
    [InlineData("""{"text":7}""", null)]
    [InlineData("""{"Text":"no"}""", null)]
    [InlineData("""["text"]""", null)]
    [InlineData("\"text\"", null)]
    [InlineData("""{"text":"\ud800"}""", null)]
    public void The_text_of_a_message_is_read_where_there_is_one(string data, string? text)
    {
        Assert.Equal(text, new RoomEvent { Ev = "msg", Data = Encoding.UTF8.GetBytes(data) }.ReadText());
    }

    [Fact]
    public void An_event_without_data_has_no_text()
    {
        Assert.Null(new RoomEvent { Ev = "ready" }.ReadText());
    }

    [Fact]
    public void Control_lines_are_read_too()
    {
        var bye = Read("""{"ev":"bye","code":4103,"why":"restarting","retry":true,"after_ms":1730}""");
        Assert.Equal((4103, "restarting", true, (int?)1730), (bye.Code, bye.Why, bye.Retry, bye.AfterMs));
        var ready = Read("""{"ev":"ready","room":"a","cursor":"e-1","pv":87,"replayed":412}""");
        Assert.Equal(("e-1", (long?)87, 412L), (ready.Cursor, ready.Pv, ready.Replayed));
        var gap = Read("""{"ev":"gap","room":"a","have":900,"floor":1000,"why":"retention"}""");
        Assert.Equal((900L, 1000L, "retention"), (gap.Have, gap.Floor, gap.Why));
        var here = Read("""{"ev":"here","room":"a","pv":88,"join":["bob"],"leave":["eve",5]}""");
        Assert.Equal((88L, "bob", "eve"), (here.Pv, here.Join.Single(), here.Leave.Single()));
        var ban = Read("""{"ev":"ban","room":"a","offset":4,"at":1,"by":"m","user":"bob","until":99}""");
        Assert.Equal(("m", "bob", (long?)99), (ban.By, ban.User, ban.Until));
        Assert.Equal("hb", Read("""{"ev":"hb"}""").Ev);
    }

    [Fact]
    public void Unknown_members_and_other_types_are_ignored()
    {
        var read = Read("""{"x":{"y":[1]},"ev":"later","room":5,"offset":"1","seq":1.5,"join":{},"retry":[],"on":0}""");

        Assert.Equal(("later", null, 0L, 0L), (read.Ev, read.Room, read.Offset, read.Seq));
        Assert.Empty(read.Join);
        Assert.True(read.On);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"ev\":5}")]
    [InlineData("{\"ev\":\"msg\"")]
    [InlineData("{\"ev\":\"msg\"} {}")]
    [InlineData("{\"ev\":\"\\ud800\"}")]
    public void What_is_no_event_line_is_refused(string line) =>
        Assert.False(RoomEventReader.TryRead(Encoding.UTF8.GetBytes(line), out _));

    [Fact]
    public void Replies_are_read_with_their_outcome()
    {
        var output = new ArrayBufferWriter<byte>();
        ReplyWriter.WritePublished(output, 7, 1042, 980, true, "disk");
        Assert.True(ReplyReader.TryRead(output.WrittenSpan, out var ok));
        Assert.Equal(7, ok.Re);
        Assert.Null(ok.Code);
        Assert.StartsWith("{\"offset\":1042", Encoding.UTF8.GetString(ok.Ok.Span), StringComparison.Ordinal);

        output.ResetWrittenCount();
        ReplyWriter.WriteError(output, null, ErrorCode.RateLimited, null, 800);
        Assert.True(ReplyReader.TryRead(output.WrittenSpan, out var failed));
        Assert.Null(failed.Re);
        Assert.Equal(("rate_limited", true, (int?)800), (failed.Code, failed.Retry, failed.AfterMs));
        Assert.True(failed.Ok.IsEmpty);
    }

    [Theory]
    [InlineData("{\"ev\":\"hb\"}")]
    [InlineData("{\"re\":1")]
    [InlineData("1")]
    public void What_is_no_reply_is_refused(string line) =>
        Assert.False(ReplyReader.TryRead(Encoding.UTF8.GetBytes(line), out _));

    [Fact]
    public void Damaged_lines_never_throw()
    {
        var fuzz = new Fuzz(log);
        var line = """
            {"ev":"here","room":"a","data":{"t":"\ud83d\ude00"},"join":["b"],"re":1,"err":{"code":"x"}}
            """u8.ToArray();
        for (var round = 0; round < 30_000; round++)
        {
            var damaged = fuzz.Damage(line);

            _ = RoomEventReader.TryRead(damaged, out _);
            _ = ReplyReader.TryRead(damaged, out _);
        }
    }

    private static RoomEvent Read(string line)
    {
        Assert.True(RoomEventReader.TryRead(Encoding.UTF8.GetBytes(line), out var read));
        return read;
    }
}
