using System.Text;

namespace Culvert.Tests.Storage;

/// <summary>The users that every engine under test knows.</summary>
internal static class TestUsers
{
    public const long Owner = 1;
    public const long Alice = 2;
    public const long Bob = 3;
    public const long Carol = 4;

    public static readonly string[] Names = ["", "owner", "alice", "bob", "carol"];

    public static ReadOnlyMemory<byte> NameOf(long userId) =>
        Encoding.UTF8.GetBytes(userId < Names.Length ? Names[userId] : "");
}
