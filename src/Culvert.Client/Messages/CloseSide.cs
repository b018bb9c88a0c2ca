namespace Culvert.Client.Messages;

/// <summary>Who ended a connection.</summary>
public enum CloseSide
{
    /// <summary>This program, or this library on its behalf.</summary>
    Local,

    /// <summary>The program at the other end, or the network between.</summary>
    Remote,

    /// <summary>A gateway between the two, which marks its reasons with <c>relay:</c>.</summary>
    Relay,
}
