namespace Culvert.Client.Messages;

/// <summary>Somebody who waits for the next message: gets it, or null at the end.</summary>
/// <param name="takesPieces">Whether he takes one that has only begun.</param>
internal sealed class MessageTaker(bool takesPieces)
    : TaskCompletionSource<Message?>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public bool TakesPieces => takesPieces;
}
