namespace Culvert.Server.Streams;

/// <summary>Why a stream ended. Each has a word for the log.</summary>
internal enum StreamEnd
{
    /// <summary>It goes on.</summary>
    None,

    /// <summary><c>client-closed</c>: the client closed its connection in order.</summary>
    ClientClosed,

    /// <summary><c>reset</c>: the client, or the network, broke the connection off.</summary>
    Reset,

    /// <summary><c>write-timeout</c>: the client took nothing for <see cref="StreamOptions.WriteTimeout"/>.</summary>
    WriteTimeout,

    /// <summary><c>slow-consumer</c>: the client fell too far behind a topic.</summary>
    SlowConsumer,

    /// <summary><c>server-stopping</c>: the process is about to end.</summary>
    ServerStopping,

    /// <summary><c>finished</c>: the source has no more, or the stream reached its age.</summary>
    Finished,

    /// <summary><c>error</c>: the source failed.</summary>
    Error,
}
