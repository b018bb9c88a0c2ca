using System.Buffers.Text;
using System.Security.Cryptography;

namespace Culvert.Server.Accounts;

/// <summary>Makes the random values that accounts hand out.</summary>
internal static class Secrets
{
    /// <summary>Marks API tokens, so that people and secret scanners recognise one that leaked.</summary>
    public const string TokenPrefix = "cv_";

    private const int SecretBytes = 32;

    // Short enough for a link that is read out or scanned.
    private const int LinkBytes = 16;

    // JSON readers that know only doubles keep integers exact up to 2^53.
    private const long MaxId = 1L << 53;

    // Ids below are reserved for what has no row, such as the owner token.
    private const long MinId = 1L << 20;

    // None of these signs is mistaken for another.
    private const string PasswordAlphabet = "abcdefghjkmnpqrstuvwxyz23456789";

    /// <summary>256 random bits as 43 base64url characters after the prefix.</summary>
    public static string New(string prefix = "")
    {
        Span<byte> bytes = stackalloc byte[SecretBytes];
        RandomNumberGenerator.Fill(bytes);
        return prefix + Base64Url.EncodeToString(bytes);
    }

    /// <summary>128 random bits as 22 base64url characters: what a link is worth that is good for a while.</summary>
    public static string NewLink()
    {
        Span<byte> bytes = stackalloc byte[LinkBytes];
        RandomNumberGenerator.Fill(bytes);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>A random id of a session: even, so that no token ever has the same.</summary>
    public static long NewSessionId() => NewId() & ~1L;

    /// <summary>True for the id of a session, false for that of an API token or of the owner token.</summary>
    public static bool IsSessionId(long credentialId) => credentialId >= MinId && (credentialId & 1) == 0;

    /// <summary>A random id of an API token: odd, so that no session ever has the same.</summary>
    public static long NewTokenId() => NewId() | 1L;

    /// <summary>A password for people to copy: 79 random bits in groups of four.</summary>
    public static string NewPassword()
    {
        var signs = RandomNumberGenerator.GetItems<char>(PasswordAlphabet, 16);
        return string.Join('-', signs.Chunk(4).Select(group => new string(group)));
    }

    private static long NewId()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        RandomNumberGenerator.Fill(bytes);
        return MinId + (long)(BitConverter.ToUInt64(bytes) % (ulong)(MaxId - MinId - 1));
    }
}
