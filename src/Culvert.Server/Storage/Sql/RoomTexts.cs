using System.Security.Cryptography;

namespace Culvert.Server.Storage.Sql;

/// <summary>The texts of messages. Used by the thread that appends.</summary>
/// <remarks>
/// <c>key_hash</c> lets a second use of a key be compared with the first, without keeping a text that was edited.
/// </remarks>
internal abstract class RoomTexts
{
    protected const int KeyHashBytes = 16;

    /// <summary>What is kept of the text that a key was first used with.</summary>
    public static byte[] HashOf(ReadOnlySpan<byte> text) => SHA256.HashData(text)[..KeyHashBytes];

    /// <summary>True when the hash of a key's first text is that of this one.</summary>
    public static bool IsHashOf(ReadOnlySpan<byte> keyHash, ReadOnlySpan<byte> text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return keyHash.SequenceEqual(hash[..KeyHashBytes]);
    }

    /// <summary>Adds the text that takes the place of another, which keeps the hash of the first; its id.</summary>
    public abstract long Replace(SqlSession session, long oldId, ReadOnlySpan<byte> text);

    /// <summary>Erases a text.</summary>
    public abstract void Bury(SqlSession session, long id);

    /// <summary>Erases the texts of all messages of the room up to this one.</summary>
    public abstract void BuryUpTo(SqlSession session, long roomId, long seq);

    /// <summary>One bounded step of giving space back; true while there is more to do.</summary>
    public abstract bool Reclaim(SqlSession session, int limit);

    /// <summary>Begins to look for space to give back anew, after a step that was not committed.</summary>
    public abstract void ForgetPass();

    /// <summary>Drops what is known of a transaction that was not committed.</summary>
    public abstract void Forget();
}
