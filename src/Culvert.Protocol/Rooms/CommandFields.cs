namespace Culvert.Protocol.Rooms;

/// <summary>
/// What <see cref="CommandReader"/> found: a <see cref="ClientCommand"/> with ranges in place of spans.
/// </summary>
internal struct CommandFields
{
    public long? Id;
    public CommandOp Op;
    public string? Room;
    public Since Since;
    public GapPolicy Gap;
    public string? Key;
    public Range? Data;
    public Range? Batch;
    public long? IfOffset;
    public long? Seq;
    public string? Emoji;
    public bool? On;
    public string? Why;
    public string? Token;
    public int? Limit;
    public long? Before;
    public long? After;
    public long? Around;
    public long? At;

    public readonly ClientCommand ToCommand(ReadOnlySpan<byte> line) => new()
    {
        Id = Id,
        Op = Op,
        Room = Room ?? "",
        Since = Since,
        Gap = Gap,
        Key = Key,
        Data = Data is { } data ? line[data] : default,
        Batch = Batch is { } batch ? line[batch] : default,
        IfOffset = IfOffset,
        Seq = Seq ?? 0,
        Emoji = Emoji ?? "",
        On = On ?? true,
        Why = Why,
        Token = Token ?? "",
        Limit = Limit ?? CommandParser.DefaultPage,
        Before = Before,
        After = After,
        Around = Around,
        At = At,
    };
}
