namespace Culvert.Server.Files;

/// <summary>Lists of entity tags (RFC 9110 §8.8.3). Allocates nothing.</summary>
internal static class EntityTags
{
    /// <summary>Looks for a tag of ours, which is always strong.</summary>
    /// <param name="list">The value of If-Match or If-None-Match.</param>
    /// <param name="tag">Our tag with its quotes.</param>
    /// <param name="isWeak">Whether the tags that say W/ count too (RFC 9110 §8.8.3.2).</param>
    public static TagMatch Find(ReadOnlySpan<byte> list, ReadOnlySpan<byte> tag, bool isWeak)
    {
        list = list.Trim(" \t"u8);
        if (list.SequenceEqual("*"u8))
        {
            return TagMatch.Present;
        }

        var found = TagMatch.NoTags;
        while (true)
        {
            list = list.TrimStart(" \t,"u8);
            var weak = list.StartsWith("W/\""u8);
            var rest = weak ? list[2..] : list;
            var end = rest is [(byte)'"', ..] ? rest[1..].IndexOf((byte)'"') : -1;
            if (end < 0)
            {
                return found;
            }

            if ((isWeak || !weak) && rest[..(end + 2)].SequenceEqual(tag))
            {
                return TagMatch.Present;
            }

            found = TagMatch.Absent;
            list = rest[(end + 2)..];
        }
    }
}
