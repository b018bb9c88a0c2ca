namespace Culvert.Server.Pipes.Endpoints;

/// <summary>How a pipe ended.</summary>
public enum PipeOutcomeKind
{
    /// <summary>Both ends ended properly.</summary>
    Done,

    /// <summary>An end said that something went wrong: a close code, an exit code, a broken rule.</summary>
    Failed,

    /// <summary>The request makes no sense; nothing was done.</summary>
    BadRequest,

    /// <summary>An end could not be opened.</summary>
    CannotConnect,

    /// <summary>A server refused the handshake (401, 403, 404), or a proxy (407, 403).</summary>
    Refused,

    /// <summary>A connection broke.</summary>
    Broken,

    /// <summary>It was told to stop.</summary>
    Stopped,
}
