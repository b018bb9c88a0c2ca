using System.Text;
using Culvert.Protocol.WebSockets;

namespace Culvert.Tests.WebSockets;

public sealed class Utf8ValidatorTests
{
    // The bytes, and how many of them it takes before no continuation can be valid; -1: valid, -2: valid but
    // unfinished.
    public static TheoryData<string, int> Table => new()
    {
        { "", -1 },
        { "48656C6C6F", -1 },
        { "C2A2", -1 },
        { "E282AC", -1 },
        { "F0908D88", -1 },
        { "F48FBFBF", -1 },
        { "EFBFBF", -1 },
        { "ED9FBF", -1 },
        { "EE8080", -1 },
        { "00", -1 },
        { "C2", -2 },
        { "E282", -2 },
        { "F0908D", -2 },
        { "4141F0908D", -2 },
        { "80", 1 },
        { "BF", 1 },
        { "C0AF", 1 },
        { "C1BF", 1 },
        { "C241", 2 },
        { "E08080", 2 },
        { "E09FBF", 2 },
        { "EDA080", 2 },
        { "EDBFBF", 2 },
        { "E28241", 3 },
        { "F0808080", 2 },
        { "F08FBFBF", 2 },
        { "F4908080", 2 },
        { "F5808080", 1 },
        { "FE", 1 },
        { "FF", 1 },
        { "CEBAE1BDB9CF83CEBCCEB5EDA080656469746564", 13 },
        { "CEBAE1BDB9CF83CEBCCEB5F4908080656469746564", 13 },
        { "4141414141414141414141414141414141414141414141414141414141414141C3", -2 },
        { "4141414141414141414141414141414141414141414141414141414141414141C341", 34 },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Bytes_fed_one_by_one_fail_at_the_first_hopeless_byte(string hex, int failsAt)
    {
        var bytes = Convert.FromHexString(hex);
        var validator = default(Utf8Validator);
        var failed = -1;
        for (var index = 0; index < bytes.Length && failed < 0; index++)
        {
            failed = validator.Append(bytes.AsSpan(index, 1)) ? -1 : index + 1;
        }

        Assert.Equal(Math.Max(failsAt, -1), failed);
        Assert.Equal(failsAt == -1, validator.IsComplete);
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void Every_split_in_three_gives_the_same_verdict(string hex, int failsAt)
    {
        var bytes = Convert.FromHexString(hex);
        for (var first = 0; first <= bytes.Length; first++)
        {
            for (var second = first; second <= bytes.Length; second++)
            {
                var validator = default(Utf8Validator);
                var valid = validator.Append(bytes.AsSpan(0, first));
                valid &= validator.Append(bytes.AsSpan(first, second - first));
                valid &= validator.Append(bytes.AsSpan(second));

                Assert.Equal(failsAt < 0, valid);
                Assert.Equal(failsAt == -1, validator.IsComplete);
            }
        }
    }

    [Fact]
    public void Every_scalar_value_is_valid_at_every_split()
    {
        var buffer = new byte[4];
        for (var value = 0; value <= 0x10FFFF; value += value < 0x3000 ? 1 : 37)
        {
            if (!Rune.TryCreate(value, out var rune))
            {
                continue;
            }

            var length = rune.EncodeToUtf8(buffer);
            for (var cut = 0; cut <= length; cut++)
            {
                var validator = default(Utf8Validator);

                Assert.True(validator.Append(buffer.AsSpan(0, cut)));
                Assert.True(validator.Append(buffer.AsSpan(cut, length - cut)));
                Assert.True(validator.IsComplete);
            }
        }
    }

    [Fact]
    public void A_failure_is_final()
    {
        var validator = default(Utf8Validator);

        Assert.False(validator.Append([0xFF]));
        Assert.False(validator.Append("fine"u8));
        Assert.False(validator.IsComplete);
    }

    [Fact]
    public void Random_bytes_get_the_verdict_of_the_runtime()
    {
        const int Seed = 20261121;
        var random = new Random(Seed);
        var interesting = new byte[] { 0x41, 0x80, 0xBF, 0xC2, 0xE0, 0xA0, 0xED, 0x9F, 0xF0, 0x90, 0xF4, 0x8F, 0xE2 };
        for (var run = 0; run < 20_000; run++)
        {
            var bytes = new byte[random.Next(1, 8)];
            for (var index = 0; index < bytes.Length; index++)
            {
                bytes[index] = interesting[random.Next(interesting.Length)];
            }

            var cut = random.Next(bytes.Length + 1);
            var validator = default(Utf8Validator);
            var valid = validator.Append(bytes.AsSpan(0, cut)) && validator.Append(bytes.AsSpan(cut));

            Assert.True(
                System.Text.Unicode.Utf8.IsValid(bytes) == (valid && validator.IsComplete),
                $"seed {Seed}, run {run}: {Convert.ToHexString(bytes)} cut at {cut}");
        }
    }
}
