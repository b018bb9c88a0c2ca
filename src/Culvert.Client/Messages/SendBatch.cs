using System.Buffers;

namespace Culvert.Client.Messages;

/// <summary>Frames that go out in one write, and who waits for them. Used under the lock of its sender.</summary>
internal sealed class SendBatch(ArrayBufferWriter<byte> bytes)
{
    private readonly TaskCompletionSource<bool> _written =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ArrayBufferWriter<byte> Bytes => bytes;

    /// <summary>True once all is written; false when it never will be.</summary>
    public Task<bool> Written => _written.Task;

    public void Complete(bool isWritten) => _written.TrySetResult(isWritten);
}
