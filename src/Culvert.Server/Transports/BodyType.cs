namespace Culvert.Server.Transports;

/// <summary>What a publisher sends, as its content type says.</summary>
internal enum BodyType
{
    /// <summary>Nothing that is taken.</summary>
    Other,

    /// <summary><c>application/json</c>.</summary>
    Json,

    /// <summary><c>text/plain</c>: the text of a chat message.</summary>
    Text,
}
