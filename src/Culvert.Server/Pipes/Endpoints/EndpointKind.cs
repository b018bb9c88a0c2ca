namespace Culvert.Server.Pipes.Endpoints;

/// <summary>What an end of a pipe is.</summary>
internal enum EndpointKind
{
    /// <summary>Connects over TCP.</summary>
    Tcp,

    /// <summary>Waits for TCP connections.</summary>
    TcpListen,

    /// <summary>Connects to a Unix domain socket.</summary>
    Unix,

    /// <summary>Waits at a Unix domain socket.</summary>
    UnixListen,

    /// <summary>Connects to a WebSocket server.</summary>
    WebSocket,

    /// <summary>Waits for WebSocket clients.</summary>
    WebSocketListen,

    /// <summary>Standard input and output of this process.</summary>
    Stdio,

    /// <summary>Standard input and output of a program that is started.</summary>
    Exec,

    /// <summary>Gives everything back.</summary>
    Echo,

    /// <summary>Takes everything and says nothing.</summary>
    Discard,
}
