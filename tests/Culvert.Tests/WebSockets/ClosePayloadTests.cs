using System.Text;
using Culvert.Protocol.WebSockets;

namespace Culvert.Tests.WebSockets;

public sealed class ClosePayloadTests
{
    [Fact]
    public void The_codes_valid_on_the_wire_are_exactly_those_of_the_registry()
    {
        int[] registered = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014];
        for (var code = 0; code <= 65535; code++)
        {
            Assert.Equal(registered.Contains(code) || code is >= 3000 and <= 4999, CloseCode.IsValidOnWire(code));
        }
    }

    [Theory]
    [InlineData("", CloseParseStatus.Valid, 1005, "")]
    [InlineData("03", CloseParseStatus.Truncated, 1005, "")]
    [InlineData("03E8", CloseParseStatus.Valid, 1000, "")]
    [InlineData("03E8627965", CloseParseStatus.Valid, 1000, "bye")]
    [InlineData("1387", CloseParseStatus.Valid, 4999, "")]
    [InlineData("03EC", CloseParseStatus.InvalidCode, 1004, "")]
    [InlineData("03ED", CloseParseStatus.InvalidCode, 1005, "")]
    [InlineData("03EE", CloseParseStatus.InvalidCode, 1006, "")]
    [InlineData("03F7", CloseParseStatus.InvalidCode, 1015, "")]
    [InlineData("0000", CloseParseStatus.InvalidCode, 0, "")]
    [InlineData("03E8FF", CloseParseStatus.InvalidReason, 1000, "")]
    [InlineData("03E8C3", CloseParseStatus.InvalidReason, 1000, "")]
    public void A_received_payload_gets_its_verdict(string hex, CloseParseStatus expected, int code, string reason)
    {
        var status = ClosePayload.TryParse(Convert.FromHexString(hex), out var parsedCode, out var parsedReason);

        Assert.Equal(expected, status);
        Assert.Equal(code, parsedCode);
        Assert.Equal(reason, parsedReason);
    }

    [Fact]
    public void A_long_reason_is_cut_at_a_character_boundary()
    {
        var buffer = new byte[FrameHeader.MaxControlPayload];
        for (var lead = 0; lead < 4; lead++)
        {
            var reason = new string('a', lead) + string.Concat(Enumerable.Repeat("\U0001F600", 40));

            var length = ClosePayload.Write(buffer, 1008, reason);

            var status = ClosePayload.TryParse(buffer.AsSpan(0, length), out _, out var parsed);
            Assert.Equal(CloseParseStatus.Valid, status);
            Assert.StartsWith(parsed, reason, StringComparison.Ordinal);
            Assert.InRange(Encoding.UTF8.GetByteCount(parsed), 120, ClosePayload.MaxReasonBytes);
        }
    }

    [Theory]
    [InlineData(1005)]
    [InlineData(1006)]
    [InlineData(1015)]
    [InlineData(0)]
    [InlineData(5000)]
    public void A_code_that_may_not_be_sent_is_refused(int code)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ClosePayload.Write(new byte[125], code, ""));
    }

    [Fact]
    public void An_unpaired_surrogate_in_a_reason_still_gives_valid_text()
    {
        var buffer = new byte[FrameHeader.MaxControlPayload];

        var length = ClosePayload.Write(buffer, 1000, "a\uD800b");

        Assert.Equal(CloseParseStatus.Valid, ClosePayload.TryParse(buffer.AsSpan(0, length), out _, out var reason));
        Assert.Equal("a\uFFFDb", reason);
    }
}
