using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Culvert.Server.Accounts;

/// <summary>SHA-256 of a secret: all that is stored of a session or token, and the key they are looked up by.</summary>
/// <remarks>
/// The secrets are 256 random bits, so a plain hash without salt or stretching cannot be reversed, and comparing
/// hashes gives away nothing about the secret by its time.
/// </remarks>
internal readonly struct CredentialHash : IEquatable<CredentialHash>
{
    public const int Bytes = 32;

    /// <summary>No secret of ours is longer; what is longer is not even hashed.</summary>
    public const int MaxSecretCharacters = 128;

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    /// <summary>Takes 32 bytes as they were stored.</summary>
    public CredentialHash(ReadOnlySpan<byte> hash)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(hash.Length, Bytes);
        var words = MemoryMarshal.Cast<byte, ulong>(hash);
        (_a, _b, _c, _d) = (words[0], words[1], words[2], words[3]);
    }

    /// <summary>Hashes a secret; false when its length alone shows that it is none of ours.</summary>
    public static bool TryOf(ReadOnlySpan<char> secret, out CredentialHash hash)
    {
        hash = default;
        if (secret.IsEmpty || secret.Length > MaxSecretCharacters)
        {
            return false;
        }

        // Three bytes a character at most.
        Span<byte> utf8 = stackalloc byte[MaxSecretCharacters * 3];
        Span<byte> digest = stackalloc byte[Bytes];
        var length = Encoding.UTF8.GetBytes(secret, utf8);
        SHA256.HashData(utf8[..length], digest);
        hash = new CredentialHash(digest);
        return true;
    }

    /// <summary>Hashes a secret that this process made.</summary>
    public static CredentialHash Of(string secret) =>
        TryOf(secret, out var hash) ? hash : throw new ArgumentException("Not a secret of ours.", nameof(secret));

    public byte[] ToArray()
    {
        var bytes = new byte[Bytes];
        var words = MemoryMarshal.Cast<byte, ulong>(bytes.AsSpan());
        words[0] = _a;
        words[1] = _b;
        words[2] = _c;
        words[3] = _d;
        return bytes;
    }

    /// <summary>Takes the same time whatever differs.</summary>
    public bool Equals(CredentialHash other) =>
        ((_a ^ other._a) | (_b ^ other._b) | (_c ^ other._c) | (_d ^ other._d)) == 0;

    public override bool Equals(object? obj) => obj is CredentialHash other && Equals(other);

    // Any eight bytes of a SHA-256 are as good a hash code as can be had.
    public override int GetHashCode() => _a.GetHashCode();
}
