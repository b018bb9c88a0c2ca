using Culvert.Protocol.WebSockets;

namespace Culvert.Tests.WebSockets;

public sealed class FrameHeaderTests
{
    [Theory]
    [InlineData(0, 2)]
    [InlineData(125, 2)]
    [InlineData(126, 4)]
    [InlineData(65535, 4)]
    [InlineData(65536, 10)]
    [InlineData(long.MaxValue, 10)]
    public void A_header_survives_writing_and_parsing_in_its_shortest_form(long payloadLength, int expectedLength)
    {
        foreach (var masked in new[] { false, true })
        {
            var header = new FrameHeader
            {
                Fin = true,
                Rsv2 = true,
                Opcode = Opcode.Binary,
                Masked = masked,
                MaskKey = masked ? 0x04030201u : 0,
                PayloadLength = payloadLength,
            };
            var buffer = new byte[FrameHeader.MaxLength];

            var written = header.Write(buffer);
            var status = FrameHeader.TryParse(buffer, out var parsed, out var parsedLength);

            Assert.Equal(expectedLength + (masked ? 4 : 0), written);
            Assert.Equal(ParseStatus.Complete, status);
            Assert.Equal(written, parsedLength);
            Assert.Equal(header, parsed);
        }
    }

    [Fact]
    public void The_first_octet_of_the_key_is_in_the_lowest_bits()
    {
        byte[] wire = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d];

        FrameHeader.TryParse(wire, out var header, out var length);

        Assert.Equal(0x3d21fa37u, header.MaskKey);
        Assert.Equal(6, length);
    }

    [Fact]
    public void Every_opcode_but_the_six_is_reserved()
    {
        for (var opcode = 0; opcode < 16; opcode++)
        {
            byte[] wire = [(byte)(0x80 | opcode), 0];

            var status = FrameHeader.TryParse(wire, out _, out _);

            var expected = opcode is 0 or 1 or 2 or 8 or 9 or 10 ? ParseStatus.Complete : ParseStatus.ReservedOpcode;
            Assert.Equal(expected, status);
        }
    }

    [Theory]
    [InlineData("08", ParseStatus.FragmentedControlFrame)]
    [InlineData("0900", ParseStatus.FragmentedControlFrame)]
    [InlineData("0A00", ParseStatus.FragmentedControlFrame)]
    [InlineData("887E", ParseStatus.ControlFrameTooLong)]
    [InlineData("89FE", ParseStatus.ControlFrameTooLong)]
    [InlineData("8A7F", ParseStatus.ControlFrameTooLong)]
    [InlineData("827E007D", ParseStatus.NonMinimalLength)]
    [InlineData("827E0000", ParseStatus.NonMinimalLength)]
    [InlineData("827F000000000000FFFF", ParseStatus.NonMinimalLength)]
    [InlineData("827F80", ParseStatus.LengthTopBitSet)]
    [InlineData("827F8000000000000000", ParseStatus.LengthTopBitSet)]
    [InlineData("83", ParseStatus.ReservedOpcode)]
    public void A_violation_is_reported_from_the_first_byte_that_shows_it(string hex, ParseStatus expected)
    {
        var wire = Convert.FromHexString(hex);

        Assert.Equal(expected, FrameHeader.TryParse(wire, out _, out var length));
        Assert.Equal(0, length);
    }

    [Theory]
    [InlineData("8100")]
    [InlineData("8180A1B2C3D4")]
    [InlineData("827E0100")]
    [InlineData("82FE0100A1B2C3D4")]
    [InlineData("827F0000000000010000")]
    [InlineData("82FF0000000000010000A1B2C3D4")]
    public void Every_prefix_of_a_valid_header_needs_more_data(string hex)
    {
        var wire = Convert.FromHexString(hex);

        for (var length = 0; length < wire.Length; length++)
        {
            Assert.Equal(ParseStatus.NeedsMoreData, FrameHeader.TryParse(wire.AsSpan(0, length), out _, out _));
        }

        Assert.Equal(ParseStatus.Complete, FrameHeader.TryParse(wire, out _, out var parsed));
        Assert.Equal(wire.Length, parsed);
    }

    [Fact]
    public void Writing_into_too_little_space_is_refused()
    {
        var header = new FrameHeader { Opcode = Opcode.Text, PayloadLength = 126 };

        Assert.Throws<ArgumentException>(() => header.Write(new byte[3]));
    }
}
