using System.Buffers;
using System.Text;
using System.Text.Json;
using Culvert.Protocol.Rooms;

namespace Culvert.Tests.RoomProtocol;

public sealed class JsonTextTests(ITestOutputHelper log)
{
    [Theory]
    [InlineData("1", "1")]
    [InlineData(" null\n", "null")]
    [InlineData("{\"a\":[1,2]}", "{\"a\":[1,2]}")]
    [InlineData("{ \"a\" : [ 1 , 2 ] ,\r\n\t\"b\" : \" x \\\" y \" }", "{\"a\":[1,2],\"b\":\" x \\\" y \"}")]
    [InlineData("[\"a b\", \"\\\\\", \" \"]", "[\"a b\",\"\\\\\",\" \"]")]
    [InlineData("\"no space outside\"", "\"no space outside\"")]
    [InlineData("\"\\ud83d\\ude00 \\u0020\"", "\"\\ud83d\\ude00 \\u0020\"")]
    [InlineData("1.50e+2", "1.50e+2")]
    public void White_space_outside_texts_goes_and_all_else_stays(string json, string expected)
    {
        var (problem, compact) = Compact(Encoding.UTF8.GetBytes(json));

        Assert.Equal(JsonProblem.None, problem);
        Assert.Equal(expected, compact);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("1 2")]
    [InlineData("{\"a\":1,}")]
    [InlineData("// c\n1")]
    [InlineData("NaN")]
    [InlineData("'a'")]
    [InlineData("\"a\nb\"")]
    [InlineData("\uFEFF1")]
    [InlineData("\"\\u12\"")]
    public void What_is_not_one_value_is_refused(string json) =>
        Assert.Equal((JsonProblem.Malformed, ""), Compact(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"\\udc00\"")]
    [InlineData("\"\\ud800\\ud800\"")]
    [InlineData("\"\\ud800x\"")]
    [InlineData("{\"\\uDFFF\":1}")]
    [InlineData("\"\\\\\\ud800\"")]
    public void A_surrogate_without_its_partner_is_refused(string json) =>
        Assert.Equal((JsonProblem.InvalidText, ""), Compact(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Broken_utf8_is_refused()
    {
        Assert.Equal((JsonProblem.InvalidText, ""), Compact([(byte)'"', 0xC3, (byte)'"']));
        Assert.Equal((JsonProblem.InvalidText, ""), Compact([(byte)'"', 0xED, 0xA0, 0x80, (byte)'"']));
        Assert.Equal((JsonProblem.InvalidText, ""), Compact([0xFF]));
    }

    [Theory]
    [InlineData(16, JsonProblem.None)]
    [InlineData(17, JsonProblem.TooDeep)]
    [InlineData(63, JsonProblem.TooDeep)]
    [InlineData(10_000, JsonProblem.TooDeep)]
    public void Nesting_is_bounded(int depth, JsonProblem expected)
    {
        var json = Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth));

        Assert.Equal(expected, Compact(json).Problem);
    }

    [Fact]
    public void Damaged_json_never_throws_and_what_passes_means_the_same()
    {
        var fuzz = new Fuzz(log);
        var seed = """
            { "a": [1, 2.5e3, true, null],
              "b c": "x \" \\ \ud83d\ude00 ż", "d": {"e": []} }
            """u8.ToArray();
        for (var round = 0; round < 30_000; round++)
        {
            var json = fuzz.Damage(seed);
            var (problem, compact) = Compact(json);
            if (problem != JsonProblem.None)
            {
                continue;
            }

            Assert.DoesNotContain('\n', compact);
            Assert.DoesNotContain('\r', compact);
            using var expected = JsonDocument.Parse(json);
            using var actual = JsonDocument.Parse(compact);
            Assert.True(JsonElement.DeepEquals(expected.RootElement, actual.RootElement));
        }
    }

    private static (JsonProblem Problem, string Compact) Compact(byte[] json)
    {
        var output = new ArrayBufferWriter<byte>();
        var problem = JsonText.Compact(json, output);
        return (problem, Encoding.UTF8.GetString(output.WrittenSpan));
    }
}
