using System.IO.Pipelines;

namespace Culvert.Server.Connections;

/// <summary>
/// A TCP connection whose bytes come from and go to the socket without a copy in between; a connection feature, so
/// that a transport finds it after an upgrade.
/// </summary>
/// <param name="input">What the peer sends.</param>
/// <param name="output">The way to the peer.</param>
/// <param name="owner">Whom the connection can be left to; null when it ends with its request.</param>
internal sealed class DirectConnection(SocketPipeReader input, SocketPipeWriter output, IConnectionOwner? owner = null)
    : IDuplexPipe
{
    public IConnectionOwner? Owner { get; } = owner;

    public SocketPipeReader Input { get; } = input;

    public SocketPipeWriter Output { get; } = output;

    PipeReader IDuplexPipe.Input => Input;

    PipeWriter IDuplexPipe.Output => Output;
}
