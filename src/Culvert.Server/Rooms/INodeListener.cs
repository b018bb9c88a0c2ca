namespace Culvert.Server.Rooms;

/// <summary>Part of a node that hears what the others say. See <see cref="IRoomBus.Received"/> for the rules.</summary>
internal interface INodeListener
{
    /// <summary>Takes a message of another node; true when it was for this listener.</summary>
    bool Hear(BusMessage message);

    /// <summary>Messages were lost: whatever they may have said is in the store.</summary>
    void HearLost();
}
