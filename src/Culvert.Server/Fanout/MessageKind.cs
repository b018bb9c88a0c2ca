namespace Culvert.Server.Fanout;

/// <summary>Kinds of message between nodes, which may be of different versions; never renumber.</summary>
internal enum MessageKind
{
    Moved = 1,
    Presence = 2,
    Passing = 3,
    News = 4,
    Away = 5,
    Control = 6,
    SignInFailed = 7,
}
