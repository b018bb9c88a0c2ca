using Culvert.Server.Pipes.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Culvert.Server.Pipes;

/// <summary>A client's stream of HTTP/2 after its upgrade (RFC 8441): the connection is the HTTP server's.</summary>
/// <remarks>The request that was upgraded has to last as long as the leg.</remarks>
internal sealed class AcceptedStreamLeg : StreamLeg
{
    /// <summary>CANCEL (RFC 9113 §7), the counterpart of a reset (RFC 8441 §5).</summary>
    private const int Cancel = 8;

    private readonly HttpContext _context;
    private readonly CancellationTokenSource _stop = new();

    /// <param name="context">The request that was upgraded.</param>
    /// <param name="stream">What it has become.</param>
    public AcceptedStreamLeg(HttpContext context, Stream stream)
        : base(stream)
    {
        _context = context;
        Name = "client";
        Read(stream, waitsFirst: false);
    }

    public override LegKind Kind => LegKind.WebSocketServer;

    public override string Name { get; }

    /// <summary>The end of the stream, one way.</summary>
    public override async ValueTask FinishAsync()
    {
        try
        {
            await _context.Response.CompleteAsync();
        }
        catch (Exception exception) when (exception is OperationCanceledException || IsEnd(exception))
        {
            // It has gone already.
        }
    }

    public override void Abort() => _context.Features.GetRequiredFeature<IHttpResetFeature>().Reset(Cancel);

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Input.CompleteAsync();
        await Reading;
        _stop.Dispose();
    }

    protected override ValueTask<int> ReceiveAsync(Stream stream, Memory<byte> buffer) =>
        stream.ReadAsync(buffer, _stop.Token);

    /// <summary>That we read no longer is no fault of the client.</summary>
    protected override ValueTask<bool> IsProperEndAsync(bool broke) =>
        ValueTask.FromResult(!broke || _stop.IsCancellationRequested);
}
