namespace Culvert.Protocol.Rooms;

/// <summary>The members of a command, as a set.</summary>
[Flags]
internal enum CommandMembers
{
    None = 0,
    Id = 1 << 0,
    Op = 1 << 1,
    Room = 1 << 2,
    Since = 1 << 3,
    Gap = 1 << 4,
    Key = 1 << 5,
    Data = 1 << 6,
    Batch = 1 << 7,
    IfOffset = 1 << 8,
    Seq = 1 << 9,
    Emoji = 1 << 10,
    On = 1 << 11,
    Why = 1 << 12,
    Token = 1 << 13,
    Limit = 1 << 14,
    Before = 1 << 15,
    After = 1 << 16,
    Around = 1 << 17,
    At = 1 << 18,
}
