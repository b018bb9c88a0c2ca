using System.Text;
using Culvert.Protocol.Rooms;

namespace Culvert.Tests.RoomProtocol;

public sealed class CommandParserTests(ITestOutputHelper log)
{
    [Fact]
    public void A_subscription_has_its_defaults()
    {
        var error = Parse("""{"id":7,"op":"sub","room":"lobby"}""", out var command, out _);

        Assert.Null(error);
        Assert.Equal(7, command.Id);
        Assert.Equal(CommandOp.Sub, command.Op);
        Assert.Equal("lobby", command.Room);
        Assert.Equal(Since.Now, command.Since);
        Assert.Equal(GapPolicy.Oldest, command.Gap);
    }

    [Theory]
    [InlineData("\"now\"", "now")]
    [InlineData("null", "now")]
    [InlineData("\"start\"", "start")]
    [InlineData("{\"last\":50}", "last:50")]
    [InlineData(" { \"last\" : 10000 } ", "last:10000")]
    [InlineData("\"k3x9-1042\"", "k3x9-1042")]
    public void Since_is_a_text_or_an_object(string since, string expected)
    {
        Assert.Null(Parse($$"""{"op":"sub","room":"a","since":{{since}}}""", out var command, out _));

        Assert.Equal(expected, command.Since.ToString());
    }

    [Theory]
    [InlineData("\"last:5\"")]
    [InlineData("\"Start\"")]
    [InlineData("\"\"")]
    [InlineData("5")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"last\":0}")]
    [InlineData("{\"last\":10001}")]
    [InlineData("{\"last\":\"5\"}")]
    [InlineData("{\"last\":null}")]
    [InlineData("{\"last\":5,\"last\":5}")]
    [InlineData("{\"last\":5,\"x\":{\"y\":[]}}")]
    public void A_since_of_another_form_is_a_bad_cursor(string since)
    {
        var error = Parse($$"""{"op":"sub","room":"a","since":{{since}},"id":3}""", out var command, out var why);

        Assert.Equal(ErrorCode.BadCursor, error);
        Assert.Equal(3, command.Id);
        Assert.Contains("since", why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("oldest", GapPolicy.Oldest)]
    [InlineData("snapshot", GapPolicy.Snapshot)]
    [InlineData("reject", GapPolicy.Reject)]
    public void Gap_has_three_values(string text, GapPolicy expected)
    {
        Assert.Null(Parse($$"""{"op":"sub","room":"a","gap":"{{text}}"}""", out var command, out _));

        Assert.Equal(expected, command.Gap);
    }

    [Fact]
    public void Published_data_stay_as_they_were_written()
    {
        var error = Parse(
            """{ "op":"pub", "data": {"text" : "hi", "n":[1, 2]} , "room":"a", "key":"c-91", "ifOffset":41 }""",
            out var command,
            out _);

        Assert.Null(error);
        Assert.Equal("{\"text\" : \"hi\", \"n\":[1, 2]}", Encoding.UTF8.GetString(command.Data));
        Assert.Equal("c-91", command.Key);
        Assert.Equal(41, command.IfOffset);
        Assert.Null(command.Id);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("0")]
    [InlineData("\"x\"")]
    [InlineData("[]")]
    public void Any_json_can_be_published(string data)
    {
        Assert.Null(Parse($$"""{"op":"pub","room":"a","data":{{data}}}""", out var command, out _));

        Assert.Equal(data, Encoding.UTF8.GetString(command.Data));
    }

    [Fact]
    public void A_batch_is_a_raw_array()
    {
        var line = """{"op":"pub","room":"a","batch":[{"data":1,"key":"k"},{"data":2}]}""";
        Assert.Null(Parse(line, out var command, out _));
        Assert.Null(PublishBody.Parse(command.Batch, out var body, out _));

        Assert.True(body.IsBatch);
        Assert.Equal(2, body.Items.Count);
        Assert.Equal("k", body.Items[0].Key);
        Assert.Equal("2", Encoding.UTF8.GetString(command.Batch[body.Items[1].Data]));
    }

    [Fact]
    public void Every_op_reads_its_own_members()
    {
        Assert.Null(Parse("""{"op":"edit","room":"a","seq":5,"data":{}}""", out var edit, out _));
        Assert.Equal((CommandOp.Edit, 5L), (edit.Op, edit.Seq));
        Assert.Null(Parse("""{"op":"erase","room":"a","seq":5,"why":"spam"}""", out var erase, out _));
        Assert.Equal((CommandOp.Erase, "spam"), (erase.Op, erase.Why));
        Assert.Null(Parse("""{"op":"react","room":"a","seq":5,"emoji":"👍"}""", out var react, out _));
        Assert.Equal((CommandOp.React, "👍", true), (react.Op, react.Emoji, react.On));
        Assert.Null(Parse("""{"op":"react","room":"a","seq":5,"emoji":"👍","on":false}""", out var unreact, out _));
        Assert.False(unreact.On);
        Assert.Null(Parse("""{"op":"read","room":"a","seq":5}""", out var read, out _));
        Assert.Equal((CommandOp.Read, 5L), (read.Op, read.Seq));
        Assert.Null(Parse("""{"op":"hist","room":"a"}""", out var latest, out _));
        Assert.Equal((CommandOp.Hist, 50, (long?)null), (latest.Op, latest.Limit, latest.Before));
        Assert.Null(Parse("""{"op":"hist","room":"a","limit":500,"before":9}""", out var before, out _));
        Assert.Equal((500, (long?)9), (before.Limit, before.Before));
        Assert.Null(Parse("""{"op":"hist","room":"a","after":0}""", out var after, out _));
        Assert.Equal(0, after.After);
        Assert.Null(Parse("""{"op":"hist","room":"a","around":9}""", out var around, out _));
        Assert.Equal(9, around.Around);
        Assert.Null(Parse("""{"op":"hist","room":"a","at":1790000000123}""", out var at, out _));
        Assert.Equal(1790000000123, at.At);
        Assert.Null(Parse("""{"op":"auth","token":"t"}""", out var auth, out _));
        Assert.Equal((CommandOp.Auth, "t"), (auth.Op, auth.Token));
        Assert.Null(Parse("""{"op":"ping","id":0}""", out var ping, out _));
        Assert.Equal((CommandOp.Ping, (long?)0), (ping.Op, ping.Id));
        Assert.Null(Parse("""{"op":"unsub","room":"a"}""", out var unsub, out _));
        Assert.Equal(CommandOp.Unsub, unsub.Op);
        Assert.Null(Parse("""{"op":"typing","room":"a"}""", out var typing, out _));
        Assert.Equal(CommandOp.Typing, typing.Op);
        Assert.Null(Parse("""{"op":"away"}""", out var away, out _));
        Assert.Equal((CommandOp.Away, true), (away.Op, away.On));
        Assert.Null(Parse("""{"op":"away","on":false}""", out var back, out _));
        Assert.False(back.On);
        Assert.Null(Parse("""{"op":"who","room":"a"}""", out var who, out _));
        Assert.Equal(CommandOp.Who, who.Op);
    }

    [Theory]
    [InlineData("", "bad_json")]
    [InlineData(" ", "bad_json")]
    [InlineData("nonsense", "bad_json")]
    [InlineData("[]", "bad_json")]
    [InlineData("7", "bad_json")]
    [InlineData("{\"id\":7", "bad_json")]
    [InlineData("{\"id\":7,\"op\":\"ping\"}x", "bad_json")]
    [InlineData("{\"id\":7,\"op\":\"ping\"}{}", "bad_json")]
    [InlineData("{\"op\":\"pub\",\"room\":\"a\",\"data\":\"\\ud800\"}", "bad_json")]
    [InlineData("{\"\\ud800\":1,\"op\":\"ping\"}", "bad_json")]
    [InlineData("{\"op\":\"\\ud800\"}", "bad_json")]
    [InlineData("{}", "missing_field")]
    [InlineData("{\"op\":null}", "bad_field")]
    [InlineData("{\"op\":5}", "bad_field")]
    [InlineData("{\"op\":\"dance\"}", "unknown_op")]
    [InlineData("{\"op\":\"PING\"}", "unknown_op")]
    [InlineData("{\"op\":\"ping\",\"id\":-1}", "bad_field")]
    [InlineData("{\"op\":\"ping\",\"id\":1.5}", "bad_field")]
    [InlineData("{\"op\":\"ping\",\"id\":\"7\"}", "bad_field")]
    [InlineData("{\"op\":\"ping\",\"id\":9007199254740992}", "bad_field")]
    [InlineData("{\"op\":\"ping\",\"op\":\"ping\"}", "bad_field")]
    [InlineData("{\"op\":\"ping\",\"\\u006fp\":\"ping\"}", "bad_field")]
    [InlineData("{\"op\":\"sub\"}", "missing_field")]
    [InlineData("{\"op\":\"sub\",\"room\":null}", "missing_field")]
    [InlineData("{\"op\":\"sub\",\"room\":\"\"}", "bad_field")]
    [InlineData("{\"op\":\"sub\",\"room\":{}}", "bad_field")]
    [InlineData("{\"op\":\"sub\",\"room\":\"a\",\"gap\":\"skip\"}", "bad_field")]
    [InlineData("{\"op\":\"sub\",\"room\":\"a\",\"gap\":1}", "bad_field")]
    [InlineData("{\"op\":\"pub\",\"room\":\"a\"}", "missing_field")]
    [InlineData("{\"op\":\"pub\",\"room\":\"a\",\"data\":1,\"key\":\"\"}", "bad_field")]
    [InlineData("{\"op\":\"pub\",\"room\":\"a\",\"data\":1,\"key\":\"a\\nb\"}", "bad_field")]
    [InlineData("{\"op\":\"pub\",\"room\":\"a\",\"data\":1,\"key\":\"ż\"}", "bad_field")]
    [InlineData("{\"op\":\"pub\",\"room\":\"a\",\"data\":1,\"ifOffset\":-1}", "bad_field")]
    [InlineData("{\"op\":\"pub\",\"room\":\"a\",\"batch\":{}}", "bad_field")]
    [InlineData("{\"op\":\"pub\",\"room\":\"a\",\"data\":1,\"batch\":[]}", "bad_field")]
    [InlineData("{\"op\":\"pub\",\"room\":\"a\",\"key\":\"k\",\"batch\":[]}", "bad_field")]
    [InlineData("{\"op\":\"edit\",\"room\":\"a\",\"data\":1}", "missing_field")]
    [InlineData("{\"op\":\"edit\",\"room\":\"a\",\"seq\":1}", "missing_field")]
    [InlineData("{\"op\":\"erase\",\"room\":\"a\",\"seq\":0}", "bad_field")]
    [InlineData("{\"op\":\"react\",\"room\":\"a\",\"seq\":1}", "missing_field")]
    [InlineData("{\"op\":\"react\",\"room\":\"a\",\"seq\":1,\"emoji\":\"\\u0007\"}", "bad_field")]
    [InlineData("{\"op\":\"react\",\"room\":\"a\",\"seq\":1,\"emoji\":\"x\",\"on\":1}", "bad_field")]
    [InlineData("{\"op\":\"read\",\"room\":\"a\"}", "missing_field")]
    [InlineData("{\"op\":\"auth\"}", "missing_field")]
    [InlineData("{\"op\":\"hist\",\"room\":\"a\",\"limit\":0}", "bad_limit")]
    [InlineData("{\"op\":\"hist\",\"room\":\"a\",\"limit\":501}", "bad_limit")]
    [InlineData("{\"op\":\"hist\",\"room\":\"a\",\"limit\":[]}", "bad_limit")]
    [InlineData("{\"op\":\"hist\",\"room\":\"a\",\"before\":1,\"after\":1}", "bad_field")]
    public void Bad_commands_get_the_code_that_fits(string line, string code)
    {
        var error = Parse(line, out _, out var why);

        Assert.NotNull(error);
        Assert.Equal(code, error.Code);
        if (why is not null)
        {
            Assert.EndsWith(".", why, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("{\"op\":5,\"id\":7}")]
    [InlineData("{\"op\":\"dance\",\"id\":7}")]
    [InlineData("{\"room\":[[1]],\"id\":7}")]
    [InlineData("{\"id\":7,\"op\":\"pub\",\"data\":")]
    [InlineData("{\"id\":7,\"op\":\"ping\",\"id\":8}")]
    [InlineData("{\"id\":7,\"op\":\"pub\",\"data\":[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]}")]
    public void A_bad_command_keeps_its_id(string line)
    {
        var error = Parse(line, out var command, out _);

        Assert.NotNull(error);
        Assert.Equal(7, command.Id);
    }

    [Theory]
    [InlineData("data", 16, null)]
    [InlineData("data", 17, "too_deep")]
    [InlineData("data", 500, "too_deep")]
    [InlineData("batch", 18, null)]
    [InlineData("batch", 19, "too_deep")]
    [InlineData("unknown", 19, "too_deep")]
    public void Depth_is_bounded(string member, int depth, string? code)
    {
        var value = new string('[', depth) + new string(']', depth);

        var line = $$"""{"op":"{{(member == "unknown" ? "ping" : "pub")}}","room":"a","{{member}}":{{value}}}""";

        Assert.Equal(code, Parse(line, out _, out _)?.Code);
    }

    [Fact]
    public void Unknown_members_and_white_space_do_not_matter()
    {
        var line = " {\"x\":{\"op\":\"sub\"}, \"op\" : \"ping\", \"y\":[1,{}], \"x\":2, \"id\":1}\n";

        var error = Parse(line, out var command, out _);

        Assert.Null(error);
        Assert.Equal((CommandOp.Ping, (long?)1), (command.Op, command.Id));
    }

    [Fact]
    public void Broken_utf8_is_bad_json() =>
        Assert.Equal(ErrorCode.BadJson, CommandParser.Parse([(byte)'{', 0xFF, (byte)'}'], out _, out _));

    [Theory]
    [InlineData("{\"data\":{\"text\":\"hi\"}}", false, 1)]
    [InlineData(" [ {\"data\":1,\"ifOffset\":0} , {\"key\":\"k\",\"data\":null,\"x\":[]} ] ", true, 2)]
    public void A_publish_body_is_an_object_or_an_array(string json, bool isBatch, int count)
    {
        Assert.Null(PublishBody.Parse(Encoding.UTF8.GetBytes(json), out var body, out _));

        Assert.Equal(isBatch, body.IsBatch);
        Assert.Equal(count, body.Items.Count);
    }

    [Theory]
    [InlineData("", "bad_json")]
    [InlineData("{\"data\":1} x", "bad_json")]
    [InlineData("{\"data\":\"\\ud800\"}", "bad_json")]
    [InlineData("1", "bad_field")]
    [InlineData("\"text\"", "bad_field")]
    [InlineData("{}", "missing_field")]
    [InlineData("[]", "bad_field")]
    [InlineData("[1]", "bad_field")]
    [InlineData("[{\"data\":1},{}]", "missing_field")]
    [InlineData("{\"data\":1,\"data\":2}", "bad_field")]
    [InlineData("{\"data\":1,\"key\":7}", "bad_field")]
    [InlineData("{\"data\":1,\"ifOffset\":\"1\"}", "bad_field")]
    [InlineData("{\"data\":[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]}", "too_deep")]
    public void A_bad_publish_body_gets_the_code_that_fits(string json, string code)
    {
        var error = PublishBody.Parse(Encoding.UTF8.GetBytes(json), out var body, out _);

        Assert.Equal(code, error?.Code);
        Assert.Empty(body.Items);
    }

    [Fact]
    public void A_batch_has_at_most_a_thousand_messages()
    {
        var most = "[" + string.Join(',', Enumerable.Repeat("{\"data\":1}", 1000)) + "]";

        Assert.Null(PublishBody.Parse(Encoding.UTF8.GetBytes(most), out _, out _));
        Assert.Equal(
            ErrorCode.BadField, PublishBody.Parse(Encoding.UTF8.GetBytes(most[..^1] + ",{\"data\":1}]"), out _, out _));
    }

    [Fact]
    public void Damaged_commands_never_throw()
    {
        var fuzz = new Fuzz(log);
        byte[][] seeds =
        [
            "{\"id\":7,\"op\":\"sub\",\"room\":\"lobby\",\"since\":{\"last\":50},\"gap\":\"snapshot\"}"u8.ToArray(),
            "{\"id\":8,\"op\":\"pub\",\"room\":\"a\",\"key\":\"k\",\"data\":{\"t\":\"\\ud83d\\ude00\"}}"u8.ToArray(),
            "{\"op\":\"pub\",\"room\":\"a\",\"batch\":[{\"data\":[1],\"key\":\"x\"},{\"data\":2}]}"u8.ToArray(),
            "{\"op\":\"hist\",\"room\":\"a\",\"limit\":5,\"before\":9,\"emoji\":\"\\u00e9\",\"on\":true}"u8.ToArray(),
        ];
        for (var round = 0; round < 40_000; round++)
        {
            var line = fuzz.Damage(seeds[round % seeds.Length]);

            var error = CommandParser.Parse(line, out var command, out _);

            Assert.True(error is not null || command.Op != CommandOp.None);
            _ = PublishBody.Parse(command.Batch, out _, out _);
            _ = PublishBody.Parse(line, out _, out _);
        }
    }

    private static ErrorCode? Parse(string line, out ClientCommand command, out string? why) =>
        CommandParser.Parse(Encoding.UTF8.GetBytes(line), out command, out why);
}
