namespace Culvert.Chat.Uploads;

/// <summary>A file as a message carries it: the answer to an upload.</summary>
internal sealed record FileReply
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>In bytes.</summary>
    public required long Size { get; init; }

    public required string Type { get; init; }

    /// <summary>In pixels; of pictures that are shown only.</summary>
    public int? W { get; init; }

    /// <summary>In pixels; of pictures that are shown only.</summary>
    public int? H { get; init; }

    public static FileReply Of(FileRecord file) => new()
    {
        Id = file.Id,
        Name = file.Name,
        Size = file.Size,
        Type = file.Type,
        W = file.Width > 0 ? file.Width : null,
        H = file.Height > 0 ? file.Height : null,
    };
}
