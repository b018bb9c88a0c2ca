using Culvert.Protocol.WebSockets;

namespace Culvert.Tests.WebSockets;

public sealed class MaskingTests
{
    [Fact]
    public void Every_length_and_offset_masks_as_the_definition_says()
    {
        const uint Key = 0x3d21fa37;
        for (var length = 0; length < 300; length++)
        {
            for (var offset = 0; offset < 5; offset++)
            {
                var data = new byte[length];
                var expected = new byte[length];
                for (var index = 0; index < length; index++)
                {
                    data[index] = (byte)(index * 7);
                    expected[index] = (byte)(data[index] ^ (byte)(Key >> ((index + offset) % 4 * 8)));
                }

                var phase = Masking.Apply(data, Key, offset);

                Assert.Equal(expected, data);
                Assert.Equal((length + offset) % 4, phase);
            }
        }
    }

    [Fact]
    public void Masking_in_parts_equals_masking_at_once()
    {
        var whole = Enumerable.Range(0, 200).Select(value => (byte)value).ToArray();
        for (var cut = 0; cut <= whole.Length; cut++)
        {
            var parts = whole.ToArray();
            var once = whole.ToArray();

            Masking.Apply(once, 0xA1B2C3D4, 0);
            var phase = Masking.Apply(parts.AsSpan(0, cut), 0xA1B2C3D4, 0);
            Masking.Apply(parts.AsSpan(cut), 0xA1B2C3D4, phase);

            Assert.Equal(once, parts);
        }
    }
}
