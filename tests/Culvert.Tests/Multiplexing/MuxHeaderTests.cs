using Culvert.Protocol.Multiplexing;

namespace Culvert.Tests.Multiplexing;

public sealed class MuxHeaderTests
{
    [Theory]
    [InlineData(MuxFrameType.Data, MuxFlags.None, 1u, 5u, "000000000000000100000005")]
    [InlineData(MuxFrameType.Data, MuxFlags.Syn | MuxFlags.Fin, 0x01020304u, 0xFFFFFFFFu, "0000000501020304ffffffff")]
    [InlineData(MuxFrameType.WindowUpdate, MuxFlags.Ack, 2u, 0u, "000100020000000200000000")]
    [InlineData(MuxFrameType.WindowUpdate, MuxFlags.Rst, 7u, 0u, "000100080000000700000000")]
    [InlineData(MuxFrameType.Ping, MuxFlags.Syn, 0u, 9u, "000200010000000000000009")]
    [InlineData(MuxFrameType.Ping, MuxFlags.Ack, 0u, 9u, "000200020000000000000009")]
    [InlineData(MuxFrameType.GoAway, MuxFlags.None, 0u, 2u, "000300000000000000000002")]
    public void A_header_is_written_and_read_as_the_specification_has_it(
        MuxFrameType type, MuxFlags flags, uint id, uint length, string wire)
    {
        var header = new MuxHeader(type, flags, id, length);
        var bytes = new byte[MuxHeader.Bytes];

        header.Write(bytes);
        var violation = MuxHeader.Read(bytes, out var read);

        Assert.Equal(wire, Convert.ToHexStringLower(bytes));
        Assert.Equal(MuxViolation.None, violation);
        Assert.Equal(header, read);
    }

    [Theory]
    [InlineData("010000000000000100000005", MuxViolation.BadVersion)]
    [InlineData("474554202f20485454502f31", MuxViolation.BadVersion)]
    [InlineData("000400000000000100000000", MuxViolation.UnknownType)]
    [InlineData("00ff00000000000100000000", MuxViolation.UnknownType)]
    [InlineData("000000100000000100000000", MuxViolation.BadFlags)]
    [InlineData("000080000000000100000000", MuxViolation.BadFlags)]
    [InlineData("000100030000000100000000", MuxViolation.BadFlags)]
    [InlineData("000100090000000100000000", MuxViolation.BadFlags)]
    [InlineData("000200000000000000000000", MuxViolation.BadFlags)]
    [InlineData("000200030000000000000000", MuxViolation.BadFlags)]
    [InlineData("000200040000000000000000", MuxViolation.BadFlags)]
    [InlineData("000300010000000000000000", MuxViolation.BadFlags)]
    [InlineData("000000000000000000000005", MuxViolation.BadStreamId)]
    [InlineData("000100010000000000000000", MuxViolation.BadStreamId)]
    [InlineData("000200010000000100000000", MuxViolation.BadStreamId)]
    [InlineData("000300000000000100000000", MuxViolation.BadStreamId)]
    public void A_header_that_says_nothing_of_version_0_is_refused(string wire, MuxViolation violation)
    {
        Assert.Equal(violation, MuxHeader.Read(Convert.FromHexString(wire), out _));
    }

    [Fact]
    public void A_short_buffer_is_the_callers_mistake()
    {
        Assert.Throws<ArgumentException>(() => MuxHeader.Read(new byte[11], out _));
        Assert.Throws<ArgumentException>(() => default(MuxHeader).Write(new byte[11]));
    }
}
