using System.Text;
using Culvert.Client;
using Culvert.Terminals;

namespace Culvert.Tailing;

/// <summary>Copies a stream to standard output: in large writes while it is fast, at once when it is quiet.</summary>
internal static class TailCopy
{
    /// <summary>Copies until the stream ends.</summary>
    /// <param name="follower">The stream.</param>
    /// <param name="write">Writes one item.</param>
    /// <param name="output">Where the items go.</param>
    /// <param name="cancellationToken">Ctrl-C.</param>
    public static async Task RunAsync<T>(
        Follower<T> follower, Action<T, OutputBuffer> write, OutputBuffer output, CancellationToken cancellationToken)
        where T : class
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var items = follower.GetAsyncEnumerator(leaving.Token);
        try
        {
            while (await NextAsync(items, output, leaving))
            {
                write(items.Current, output);
                if (output.IsFull)
                {
                    await output.FlushAsync(cancellationToken);
                }
            }
        }
        catch (Exception e) when (e is CulvertException or OperationCanceledException)
        {
            // What came before the end is not lost with it; a reader who is gone changes nothing about that end.
            await output.FlushAsync(CancellationToken.None);
            throw;
        }

        await output.FlushAsync(cancellationToken);
    }

    /// <summary>Writes text as UTF-8.</summary>
    public static void Write(OutputBuffer output, string text) => Encoding.UTF8.GetBytes(text, output.Writer);

    /// <summary>Writes a line as it came.</summary>
    public static void WriteLine(OutputBuffer output, ReadOnlySpan<byte> line)
    {
        var span = output.Writer.GetSpan(line.Length + 1);
        line.CopyTo(span);
        span[line.Length] = (byte)'\n';
        output.Writer.Advance(line.Length + 1);
    }

    private static async ValueTask<bool> NextAsync<T>(
        IAsyncEnumerator<T> items, OutputBuffer output, CancellationTokenSource leaving)
    {
        var next = items.MoveNextAsync();
        if (next.IsCompleted)
        {
            return await next;
        }

        var pending = next.AsTask();
        try
        {
            // The input is quiet: show what there is.
            await output.FlushAsync(leaving.Token);
        }
        catch (Exception)
        {
            // Closed or cancelled: an enumerator must not be disposed of while it moves.
            await leaving.CancelAsync();
            await pending.ContinueWith(static t => t.Exception, TaskScheduler.Default);
            throw;
        }

        return await pending;
    }
}
