namespace Culvert.Protocol.Rooms;

/// <summary>Wire names of the ops and members of a command.</summary>
internal static class CommandMembersTable
{
    public static readonly (byte[] Name, CommandMembers Member)[] All =
    [
        ("id"u8.ToArray(), CommandMembers.Id),
        ("op"u8.ToArray(), CommandMembers.Op),
        ("room"u8.ToArray(), CommandMembers.Room),
        ("key"u8.ToArray(), CommandMembers.Key),
        ("data"u8.ToArray(), CommandMembers.Data),
        ("seq"u8.ToArray(), CommandMembers.Seq),
        ("since"u8.ToArray(), CommandMembers.Since),
        ("gap"u8.ToArray(), CommandMembers.Gap),
        ("batch"u8.ToArray(), CommandMembers.Batch),
        ("ifOffset"u8.ToArray(), CommandMembers.IfOffset),
        ("emoji"u8.ToArray(), CommandMembers.Emoji),
        ("on"u8.ToArray(), CommandMembers.On),
        ("why"u8.ToArray(), CommandMembers.Why),
        ("token"u8.ToArray(), CommandMembers.Token),
        ("limit"u8.ToArray(), CommandMembers.Limit),
        ("before"u8.ToArray(), CommandMembers.Before),
        ("after"u8.ToArray(), CommandMembers.After),
        ("around"u8.ToArray(), CommandMembers.Around),
        ("at"u8.ToArray(), CommandMembers.At),
    ];

    public static readonly (byte[] Name, CommandOp Op)[] Ops =
    [
        ("pub"u8.ToArray(), CommandOp.Pub),
        ("sub"u8.ToArray(), CommandOp.Sub),
        ("unsub"u8.ToArray(), CommandOp.Unsub),
        ("read"u8.ToArray(), CommandOp.Read),
        ("typing"u8.ToArray(), CommandOp.Typing),
        ("away"u8.ToArray(), CommandOp.Away),
        ("edit"u8.ToArray(), CommandOp.Edit),
        ("erase"u8.ToArray(), CommandOp.Erase),
        ("react"u8.ToArray(), CommandOp.React),
        ("who"u8.ToArray(), CommandOp.Who),
        ("hist"u8.ToArray(), CommandOp.Hist),
        ("auth"u8.ToArray(), CommandOp.Auth),
        ("ping"u8.ToArray(), CommandOp.Ping),
    ];
}
