namespace Culvert.Server.Pipes.Endpoints;

/// <summary>Standard input and output of this process. One process has one.</summary>
internal sealed class StdioLeg : StreamLeg
{
    private readonly CancellationTokenSource _givenUp = new();

    // A read of a terminal cannot be taken back. One that is given up must not write into a buffer of others later.
    private readonly byte[] _buffer = new byte[16 * 1024];

    public StdioLeg(Stream input, Stream output)
        : base(output)
    {
        // A file is always ready, so a read of nothing would not wait; on a terminal it would not either.
        Read(input, waitsFirst: false);
    }

    public override string Name => "stdio";

    /// <summary>
    /// Whoever spoke to our reader is done, and what is typed now would have no answer. Our reader sees the end when
    /// the process ends, which it is about to.
    /// </summary>
    public override ValueTask FinishAsync()
    {
        Abort();
        return ValueTask.CompletedTask;
    }

    /// <summary>Only the exit code can tell our reader.</summary>
    public override void Abort()
    {
        if (!Reading.IsCompleted)
        {
            _givenUp.Cancel();
        }
    }

    /// <summary>Does not wait for a person to stop typing.</summary>
    public override async ValueTask DisposeAsync()
    {
        Abort();
        await Input.CompleteAsync();
        await Reading;
        _givenUp.Dispose();
    }

    /// <summary>A read that we gave up broke nothing.</summary>
    protected override ValueTask<bool> IsProperEndAsync(bool broke) =>
        ValueTask.FromResult(!broke || _givenUp.IsCancellationRequested);

    protected override async ValueTask<int> ReceiveAsync(Stream stream, Memory<byte> buffer)
    {
        var room = Math.Min(buffer.Length, _buffer.Length);
        var count = await stream.ReadAsync(_buffer.AsMemory(0, room)).AsTask().WaitAsync(_givenUp.Token);
        _buffer.AsMemory(0, count).CopyTo(buffer);
        return count;
    }
}
