namespace Culvert.Server.Front;

/// <summary>How the gate let go of a connection.</summary>
internal enum Passage
{
    /// <summary>The next request is for the application. Nothing of it is consumed.</summary>
    Application,

    /// <summary>There is no further request: everything was answered.</summary>
    Ended,

    /// <summary>The reader was woken for another reason, and nothing changed.</summary>
    Canceled,
}
