"""What would mend a curriculum: free measures first, then cases of the library, then cases to be written.

Pure like the rest of the engine, and read from top to bottom in this order:

``goals``, ``candidates``
    what is wanted, and what may be placed;
``slots``
    where a case can stand, and what that does to the gaps between practice and theory;
``plans``
    some cases at their places, judged by the engine itself;
``problem``, ``program``
    the choice of cases as numbers, and as an integer programme with its cuts;
``search``, ``greedy``
    the best plans and their proof, and an answer for when there is no time for one;
``free``
    links to confirm and tags to add, which cost no hours;
``cards``, ``suggestions``, ``record``
    everything a committee is told of a suggestion, all suggestions for a curriculum, and their flat form.
"""
