using System.Buffers;
using System.IO.Pipelines;
using Culvert.Server.Rooms;

namespace Culvert.Server.Connections;

/// <summary>Sends through a pipe writer, such as a response body: the server adds chunks, frames or TLS.</summary>
internal sealed class PipeOutlet(PipeWriter output) : Outlet
{
    private Task _flushing = Task.CompletedTask;

    /// <summary>Completes when no flush is under way: only then may anybody else touch the writer.</summary>
    public Task Quiet => Volatile.Read(ref _flushing);

    public override SendResult Send(ReadOnlySpan<byte> bytes, Subscriber drained)
    {
        ValueTask<FlushResult> flush;
        try
        {
            output.Write(bytes);
            flush = output.FlushAsync();
            if (flush.IsCompleted)
            {
                return Of(flush.Result);
            }
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            return SendResult.Ended;
        }

        Volatile.Write(ref _flushing, DrainAsync(flush, drained));
        return SendResult.Blocked;
    }

    /// <summary>Ends with the flush; whatever it ends with, the subscriber is told.</summary>
    private static async Task DrainAsync(ValueTask<FlushResult> flush, Subscriber drained)
    {
        SendResult result;
        try
        {
            result = Of(await flush);
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            result = SendResult.Ended;
        }

        if (result == SendResult.Ended)
        {
            drained.Lost();
        }
        else
        {
            drained.Drained();
        }
    }

    private static SendResult Of(FlushResult result) =>
        result.IsCompleted || result.IsCanceled ? SendResult.Ended : SendResult.Sent;

    /// <summary>What Kestrel throws when a request was aborted or its response is over.</summary>
    private static bool IsEnd(Exception exception) =>
        exception is IOException or OperationCanceledException or InvalidOperationException;
}
