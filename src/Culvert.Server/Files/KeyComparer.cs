using System.Runtime.InteropServices;

namespace Culvert.Server.Files;

/// <summary>Compares targets as bytes, and finds one by a span without making a string of it.</summary>
internal sealed class KeyComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    public int GetHashCode(byte[] key) => GetHashCode(key.AsSpan());

    // The hash of strings has a secret that changes with each start, so nobody can send targets that collide.
    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        var hash = string.GetHashCode(MemoryMarshal.Cast<byte, char>(alternate));
        return (alternate.Length & 1) == 0 ? hash : HashCode.Combine(hash, alternate[^1]);
    }

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
}
