using System.Text;
using Culvert.Protocol.Http;

namespace Culvert.Tests.Http;

/// <summary>Seeded damage to good heads: whatever comes, the reader answers, and answers alike for all cuts.</summary>
public sealed class RequestHeadFuzzTests(ITestOutputHelper output)
{
    private const int Rounds = 300_000;

    private static readonly byte[] Interesting =
        "\r\n\r\n\r\n  \t:::,,/%#?*@;=\"[]0159azAZ\0\u0001\u007Fchunked close"u8.ToArray();

    private static readonly HttpLimits Tight = new() { MaxLineBytes = 64, MaxHeaderBytes = 128, MaxHeaders = 5 };

    private static readonly byte[][] Good =
    [
        .. RequestHeadTests.Representative.Select(row => Encoding.Latin1.GetBytes(row.Data)),
    ];

    [Fact]
    public void Damaged_heads_are_judged_alike_in_one_piece_and_in_two()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("CULVERT_TEST_SEED"), out var given) ? given : 9112;
        output.WriteLine($"CULVERT_TEST_SEED={seed}");
        var random = new Random(seed);
        var complete = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = Damage(random, Good[random.Next(Good.Length)]);
            var limits = random.Next(4) == 0 ? Tight : HttpLimits.Default;

            complete += Check(bytes, limits, random.Next(bytes.Length + 1)) ? 1 : 0;
        }

        output.WriteLine($"{complete} of {Rounds} were complete");
        Assert.InRange(complete, Rounds / 50, Rounds / 2);
    }

    /// <summary>
    /// Reads a head between two walls of bytes that would change the result, were they seen; then in two pieces.
    /// </summary>
    private static bool Check(byte[] bytes, HttpLimits limits, int cut)
    {
        var walled = new byte[bytes.Length + 64];
        walled.AsSpan().Fill((byte)'\n');
        bytes.CopyTo(walled, 32);
        var buffer = walled.AsSpan(32, bytes.Length);
        var head = default(RequestHead);
        var pieces = default(RequestHead);

        var status = RequestHeadReader.Read(buffer, limits, ref head, out var refusal);
        var first = RequestHeadReader.Read(buffer[..cut], limits, ref pieces, out var other);
        if (first == RequestHeadStatus.Incomplete)
        {
            first = RequestHeadReader.Read(buffer, limits, ref pieces, out other);
        }

        if (status != first || refusal != other || head.Length != pieces.Length || head.Target != pieces.Target
            || head.Body != pieces.Body || head.ContentLength != pieces.ContentLength || head.Host != pieces.Host
            || head.KeepAlive != pieces.KeepAlive || head.Method != pieces.Method || !IsInside(head, bytes.Length)
            || (status == RequestHeadStatus.Refused) != (refusal.Status is >= 400 and <= 505))
        {
            Assert.Fail($"cut {cut} of {Encoding.Latin1.GetString(bytes)}: {status} {refusal}, {first} {other}");
        }

        return status == RequestHeadStatus.Complete;
    }

    private static bool IsInside(in RequestHead head, int length)
    {
        var last = head.Length > 0 ? head.Length : length;
        for (var field = RequestField.Unknown; field <= RequestField.XForwardedFor; field++)
        {
            if (head[field].Offset + head[field].Length > last)
            {
                return false;
            }
        }

        return last <= length && head.Target.Offset + head.Target.Length <= last
            && head.MethodText.Offset + head.MethodText.Length <= last
            && head.TargetAuthority.Offset + head.TargetAuthority.Length <= last;
    }

    private static byte[] Damage(Random random, byte[] good)
    {
        var bytes = new List<byte>(good);
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            var at = random.Next(bytes.Count + 1);
            switch (random.Next(5))
            {
                case 0 when at < bytes.Count:
                    bytes[at] = Any(random);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(4), bytes.Count - at));
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(30), bytes.Count - at)));
                    break;
                case 3:
                    bytes.AddRange(Good[random.Next(Good.Length)]);
                    break;
                default:
                    bytes.Insert(at, Any(random));
                    break;
            }
        }

        return [.. bytes];
    }

    private static byte Any(Random random) =>
        random.Next(4) == 0 ? (byte)random.Next(256) : Interesting[random.Next(Interesting.Length)];
}
