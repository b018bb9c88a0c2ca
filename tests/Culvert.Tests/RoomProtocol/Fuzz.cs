namespace Culvert.Tests.RoomProtocol;

/// <summary>Seeded damage to good input. The seed is printed, and may be given again to repeat a failure.</summary>
internal sealed class Fuzz
{
    private static readonly byte[] Interesting =
        "{}[]\",:\\u00dD8-+.eE0129 \n\r\t\0\u0001\u00FFnulltruefalse"u8.ToArray();

    private readonly Random _random;

    public Fuzz(ITestOutputHelper output)
    {
        var given = Environment.GetEnvironmentVariable("CULVERT_TEST_SEED");
        Seed = int.TryParse(given, out var seed) ? seed : Random.Shared.Next();
        output.WriteLine($"CULVERT_TEST_SEED={Seed}");
        _random = new Random(Seed);
    }

    public int Seed { get; }

    /// <summary>The input with a few bytes changed, cut out, doubled or put in.</summary>
    public byte[] Damage(byte[] good)
    {
        var bytes = new List<byte>(good);
        for (var change = _random.Next(1, 5); change > 0; change--)
        {
            var at = _random.Next(bytes.Count + 1);
            switch (_random.Next(4))
            {
                case 0 when at < bytes.Count:
                    bytes[at] = Any();
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(_random.Next(4), bytes.Count - at));
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(_random.Next(12), bytes.Count - at)));
                    break;
                default:
                    bytes.Insert(at, Any());
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>A number from 0 up to, and without, the bound.</summary>
    public int Below(int bound) => _random.Next(bound);

    private byte Any() =>
        _random.Next(4) == 0 ? (byte)_random.Next(256) : Interesting[_random.Next(Interesting.Length)];
}
