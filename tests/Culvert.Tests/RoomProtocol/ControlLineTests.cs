using System.Buffers;
using System.Text;
using System.Text.Json;
using Culvert.Protocol.Rooms;

namespace Culvert.Tests.RoomProtocol;

public sealed class ControlLineTests
{
    private static readonly RoomCursor Cursor = new("e7", 41);

    [Fact]
    public void Presence_lists_who_came_and_who_went() => Expect(
        """{"ev":"here","room":"lobby","pv":88,"join":["bob","eve"],"leave":[]}""",
        output => EventWriter.WriteHere(output, "lobby", 88, ["bob", "eve"], []));

    [Fact]
    public void Typing_names_the_user() => Expect(
        """{"ev":"typing","room":"lobby","from":"bob"}""",
        output => EventWriter.WriteTyping(output, "lobby", "bob"));

    [Theory]
    [InlineData(true, """{"ev":"away","room":"lobby","from":"bob","on":true}""")]
    [InlineData(false, """{"ev":"away","room":"lobby","from":"bob","on":false}""")]
    public void Away_names_the_user_and_says_whether(bool on, string line) =>
        Expect(line, output => EventWriter.WriteAway(output, "lobby", "bob", on));

    [Fact]
    public void Read_tells_the_users_other_connections_how_far() => Expect(
        """{"ev":"read","room":"lobby","from":"bob","seq":12}""",
        output => EventWriter.WriteRead(output, "lobby", "bob", 12));

    [Fact]
    public void Ready_has_the_cursor_and_the_presence_version() => Expect(
        """{"ev":"ready","room":"lobby","cursor":"e7-41","pv":87,"replayed":412}""",
        output => EventWriter.WriteReady(output, "lobby", Cursor, 87, 412));

    [Fact]
    public void Ready_leaves_a_negative_presence_version_out() => Expect(
        """{"ev":"ready","room":"lobby","cursor":"e7-41","replayed":0}""",
        output => EventWriter.WriteReady(output, "lobby", Cursor, -1, 0));

    [Fact]
    public void Ready_of_several_rooms_has_a_token_and_no_room() => Expect(
        """{"ev":"ready","cursor":"AQ","replayed":3}""",
        output => EventWriter.WriteReadyAll(output, "AQ", 3));

    [Fact]
    public void A_gap_says_what_is_missing_and_why() => Expect(
        """{"ev":"gap","room":"lobby","have":900,"floor":1000,"why":"retention"}""",
        output => EventWriter.WriteGap(output, "lobby", 900, 1000, GapWhy.Retention));

    [Fact]
    public void Bye_says_whether_and_when_to_come_back() => Expect(
        """{"ev":"bye","code":4103,"why":"restarting","retry":true,"after_ms":1730}""",
        output => EventWriter.WriteBye(output, StreamCloseCode.Restarting, null, 1730));

    [Fact]
    public void Bye_may_carry_the_words_of_a_moderator() => Expect(
        """{"ev":"bye","code":4104,"why":"say \"no\" to spam","retry":false}""",
        output => EventWriter.WriteBye(output, StreamCloseCode.Banned, "say \"no\" to spam", 0));

    [Fact]
    public void Bye_may_end_one_room_of_several() => Expect(
        """{"ev":"bye","room":"lobby","code":4102,"why":"kicked","retry":false}""",
        output => EventWriter.WriteBye(output, StreamCloseCode.Kicked, room: "lobby"));

    [Fact]
    public void The_heartbeat_is_the_shortest_line() =>
        Assert.Equal("""{"ev":"hb"}""", Encoding.UTF8.GetString(EventWriter.Heartbeat));

    [Fact]
    public void Hello_announces_the_version_and_every_limit()
    {
        var text = Text(output => EventWriter.WriteHello(output, new ServerLimits { PublishBurst = 7 }));

        using var document = JsonDocument.Parse(text);
        var root = document.RootElement;
        Assert.Equal("hello", root.GetProperty("ev").GetString());
        Assert.Equal(1, root.GetProperty("v").GetInt32());
        Assert.Equal("culvert/0.1.0", root.GetProperty("server").GetString());
        var limits = root.GetProperty("limits");
        Assert.Equal(7, limits.GetProperty("publishBurst").GetInt32());
        Assert.Equal(25_000, limits.GetProperty("heartbeatMs").GetInt32());
        Assert.Equal(typeof(ServerLimits).GetProperties().Length, limits.EnumerateObject().Count());
    }

    [Fact]
    public void An_error_reply_has_the_catalogues_sentence_unless_there_is_a_better_one()
    {
        Expect(
            """{"re":7,"err":{"code":"rate_limited","why":"Slow down.","retry":true,"after_ms":800}}""",
            output => ReplyWriter.WriteError(output, 7, ErrorCode.RateLimited, "Slow down.", 800));
        Expect(
            $$$"""{"re":null,"err":{"code":"bad_json","why":"{{{ErrorCode.BadJson.Why}}}","retry":false}}""",
            output => ReplyWriter.WriteError(output, null, ErrorCode.BadJson));
    }

    [Fact]
    public void Success_replies_have_their_documented_members()
    {
        Expect("""{"re":0,"ok":{}}""", output => ReplyWriter.WriteOk(output, 0));
        Expect("""{"re":null,"ok":{"pv":1}}""", output => ReplyWriter.WriteOkRaw(output, null, "\"pv\":1"u8));
        Expect(
            """{"re":1,"ok":{"offset":1042,"seq":980,"dup":false,"durable":"disk"}}""",
            output => ReplyWriter.WritePublished(output, 1, 1042, 980, false, "disk"));
        Expect(
            """{"offset":1,"seq":1,"dup":true,"durable":"process"}""",
            output => ReplyWriter.WriteReceipt(output, 1, 1, true, "process"));
        Expect(
            """{"re":2,"ok":{"room":"lobby","epoch":"e7","cursor":"e7-41","floor":1,"last":50,"seq":44,"read":40}}""",
            output => ReplyWriter.WriteSubscribed(output, 2, "lobby", Cursor, 1, 50, 44, 40));
    }

    private static void Expect(string expected, Action<ArrayBufferWriter<byte>> write) =>
        Assert.Equal(expected, Text(write));

    private static string Text(Action<ArrayBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
