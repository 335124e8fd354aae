"""What a route inherits: header mutations, retry policies and mirrors of its virtual host and its table."""

from __future__ import annotations

from attrs import frozen

from meshroute.model.mutations import HeaderMutations
from meshroute.readers.envoy.message import Message
from meshroute.readers.envoy.mutations import in_order, request_mutations, response_mutations
from meshroute.readers.envoy.scope import Scope


@frozen
class Levels:
    """The levels above a route.

    Args:
        scope: What the table is evaluated with.
        table: The RouteConfiguration.
        host: The VirtualHost.
        requests: The request mutations of host and table.
        responses: The response mutations of host and table.
        plugins: The names of the cluster specifier plugins of the table.
    """

    scope: Scope
    table: Message
    host: Message
    requests: tuple[HeaderMutations | None, ...]
    responses: tuple[HeaderMutations | None, ...]
    plugins: frozenset[str]

    def request_mutations(self, route: Message) -> tuple[HeaderMutations, ...]:
        """Return what is done to the headers of a route's requests, in order.

        Args:
            route: The route.

        Returns:
            The mutations.
        """
        return self._ordered(request_mutations(self.scope, route), self.requests)

    def response_mutations(self, route: Message) -> tuple[HeaderMutations, ...]:
        """Return what is done to the headers of a route's responses, in order.

        Args:
            route: The route.

        Returns:
            The mutations.
        """
        return self._ordered(response_mutations(self.scope, route), self.responses)

    def _ordered(
        self, own: HeaderMutations | None, above: tuple[HeaderMutations | None, ...]
    ) -> tuple[HeaderMutations, ...]:
        wins = self.table.flag("most_specific_header_mutations_wins")
        return in_order((own, *above), most_specific_wins=wins)

    def nearest(self, action: Message, name: str) -> Message | None:
        """Return a policy of a route's action, or else the virtual host's; they are not merged (envoy.md §4).

        Args:
            action: The RouteAction.
            name: The field.

        Returns:
            The policy, or None.
        """
        own = action.message(name)
        return self.host.message(name) if own is None else own

    def mirrors(self, action: Message) -> tuple[Message, ...]:
        """Return the mirror policies of a route: its own, or else the virtual host's, or else the table's.

        Args:
            action: The RouteAction.

        Returns:
            The policies.
        """
        field = "request_mirror_policies"
        return action.messages(field) or self.host.messages(field) or self.table.messages(field)
