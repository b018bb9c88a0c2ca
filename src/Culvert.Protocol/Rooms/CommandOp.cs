namespace Culvert.Protocol.Rooms;

/// <summary>The commands of the WebSocket (docs/protocol.md, "Commands"); wire names are the lower-case ones.</summary>
public enum CommandOp
{
    /// <summary>Not known: the line was refused before its <c>op</c> was understood.</summary>
    None,

    /// <summary><c>sub</c>: follow a room.</summary>
    Sub,

    /// <summary><c>unsub</c>: stop following a room.</summary>
    Unsub,

    /// <summary><c>pub</c>: publish one message, or a batch in one commit.</summary>
    Pub,

    /// <summary><c>edit</c>: replace the text of a message.</summary>
    Edit,

    /// <summary><c>erase</c>: remove the text of a message for good.</summary>
    Erase,

    /// <summary><c>react</c>: add or remove a reaction.</summary>
    React,

    /// <summary><c>read</c>: move the read cursor.</summary>
    Read,

    /// <summary><c>typing</c>: tell the others that a message is being written.</summary>
    Typing,

    /// <summary><c>away</c>: nobody sits before this connection, or somebody is back.</summary>
    Away,

    /// <summary><c>who</c>: who is online.</summary>
    Who,

    /// <summary><c>hist</c>: a page of messages.</summary>
    Hist,

    /// <summary><c>auth</c>: sign in, or renew the sign-in, within the connection.</summary>
    Auth,

    /// <summary><c>ping</c>: an answer and nothing else.</summary>
    Ping,
}
