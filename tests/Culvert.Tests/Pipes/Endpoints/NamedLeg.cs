using System.IO.Pipelines;
using Culvert.Server.Pipes;

namespace Culvert.Tests.Pipes.Endpoints;

/// <summary>A WebSocket that nobody is at.</summary>
internal sealed class NamedLeg(string name) : Leg
{
    private readonly Pipe _pipe = new();

    public override LegKind Kind => LegKind.WebSocketClient;

    public override string Name => name;

    public override PipeReader Input => _pipe.Reader;

    public override PipeWriter Output => _pipe.Writer;

    public override ValueTask FinishAsync() => ValueTask.CompletedTask;

    public override void Abort()
    {
        // There is nothing to break.
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
